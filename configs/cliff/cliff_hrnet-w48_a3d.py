# BEDLAM-CLIFF as in Tables 2 and 3: fine-tuned on the data of AJAHR. It sees crops of 224 px and where they lie.
_base_ = ['../_base_/runtime/default_runtime.py', '../_base_/datasets/a3d_mixed-corpora.py',
          '../_base_/schedules/adamw_150k.py', '../_base_/parts/file_sources.py']

body = dict(type='BodyModel', source='data/body_models/SMPL_NEUTRAL.npz')

model = dict(
    type='BodyEstimator',
    data_preprocessor=dict(type='BodyPreprocessor'),
    backbone=dict(type='HRNetBackbone', width=48),
    image_columns=None,
    crop_size=224,
    decoder=dict(type='BoxPooling', scaling='bedlam'),
    pose_head=None,
    params_head=dict(type='CLIFFHead', in_dim=720 + 3, dim=1024, steps=3, dropout=0.5),
    body=body,
    # BEDLAM's 60 x (5 x 2D + 5 x 3D + pose + 0.001 x shape), whose means over numbers are sums over numbers here.
    losses=dict(type='BodyLosses', keypoints_2d=60 * 5 * 4 / 88, keypoints_3d=60 * 5 / 132, pose=60 / 207, global_orient=0,
                betas=60 * 0.001 / 10, pose_space='matrix', amputee_weight=1.0))

# The published network is for SMPL-X: its trunk fits, its read-outs (22 joints, 11 betas) start afresh.
load_from = 'data/weights/bedlam_cliff.safetensors'
data_sources = {{_base_.file_sources}}
train_pipeline = [
    dict(type='LoadImage'),
    dict(type='RandomFlipBody', prob=0.5),
    dict(type='RandomScaleRotate', scale=0.3, rotation=30.0, rotation_prob=0.6, translation=0.02),
    dict(type='CropBody', size=224),
    dict(type='RandomColor', gain=0.2),
    dict(type='DetectorKeypoints'),
    dict(type='PackBodyInputs')]
test_pipeline = [dict(type='LoadImage'), dict(type='CropBody', size=224),
                 dict(type='DetectorKeypoints', deterministic=True), dict(type='PackBodyInputs')]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = val_dataloader
val_evaluator = [dict(type='BodyMetric', body=body)]
test_evaluator = val_evaluator
