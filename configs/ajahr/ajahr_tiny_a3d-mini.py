# AJAHR, small enough for two CPU cores: every part of the paper, trained from scratch on A3D-mini in minutes.
_base_ = ['../_base_/runtime/default_runtime.py', '../_base_/datasets/a3d-mini.py', '../_base_/schedules/adamw_1k.py']

dim = 128
codec = dict(type='VQPoseCodec', num_tokens=40, code_dim=64, num_codes=256, width=64)
tokenizers = 'work_dirs/quickstart/'

model = dict(
    type='BodyEstimator',
    data_preprocessor=dict(type='BodyPreprocessor'),
    backbone=dict(
        type='HybridBackbone', dim=dim, depth=2, heads=4, grid=(8, 6),
        trunk=dict(type='CBAMResNet', layers=(1, 1, 1, 1), width=16, in_channels=3, stem='patch', attention=False)),
    limb_classifier=dict(
        type='BPACNet', token_dim=dim, image_size=64, sigma=3.0, grid=(4, 4), loss_weight=1.0,
        backbone=dict(type='CBAMResNet', layers=(1, 1, 1), width=32, stem='patch')),
    decoder=dict(type='TwoPathDecoder', dim=dim, depth=2, heads=4, dim_head=32, mlp_dim=256, context_dim=dim),
    pose_head=dict(
        type='SwitchingTokenHead', dim=dim, width=32, num_blocks=2, token_width=32, channel_width=64,
        amputee=dict(codec, checkpoint=tokenizers + 'tokenizer_tiny_amputee/iter_1000.pth'),
        intact=dict(codec, checkpoint=tokenizers + 'tokenizer_tiny_intact/iter_1000.pth')),
    params_head=dict(type='BodyParamsHead', dim=dim),
    body=dict(type='BodyModel', source='open'),
    losses=dict(type='BodyLosses', pose=0.05, betas=5e-3, keypoints_3d=1.0, keypoints_2d=4.0),
    precision='bfloat16')

optim_wrapper = dict(optimizer=dict(lr=2e-3))
data_sources = {tokenizers: 'trained by `bash tools/quickstart.sh`, or with configs/tokenizer/tokenizer_tiny_*.py'}
