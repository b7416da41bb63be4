# HMR2.0 as in Tables 2 and 3: HMR2.0b fine-tuned on the data of AJAHR, with its own losses and its adversary.
_base_ = ['../_base_/runtime/default_runtime.py', '../_base_/datasets/a3d_mixed-corpora.py',
          '../_base_/schedules/adamw_150k.py', '../_base_/parts/file_sources.py']

body = dict(type='BodyModel', source='data/body_models/SMPL_NEUTRAL.npz')

model = dict(
    type='BodyEstimator',
    data_preprocessor=dict(type='BodyPreprocessor'),
    backbone=dict(type='ViTBackbone', arch='huge', img_size=(256, 192), drop_path_rate=0.55),
    image_columns=(32, 224),
    decoder=dict(type='TwoPathDecoder', dim=1024, depth=6, heads=8, dim_head=64, mlp_dim=1024, context_dim=1280,
                 limb_path='off'),
    pose_head=dict(type='RegressionPoseHead', dim=1024, layout='column'),
    params_head=dict(type='BodyParamsHead', dim=1024, layout='column'),
    body=body,
    losses=dict(type='BodyLosses', pose=1e-3, global_orient=1e-3, betas=5e-4, keypoints_3d=5e-2, keypoints_2d=1e-2,
                distance='l1', pose_space='matrix', reduction='sum', amputee_weight=1.0),
    adversary=dict(type='PoseAdversary', poses='data/mocap/cmu_mocap.npz', weight=5e-4, real_ratio=2))

load_from = 'data/weights/hmr2b.safetensors'
data_sources = {{_base_.file_sources}}
val_evaluator = [dict(type='BodyMetric', body=body)]
test_evaluator = val_evaluator
