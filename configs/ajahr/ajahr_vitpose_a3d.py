# AJAHR as in the paper (ICCV 2025): ViT-H of ViTPose, BPAC-Net, two cross-attention pathways, two frozen tokenizers.
_base_ = ['../_base_/runtime/default_runtime.py', '../_base_/datasets/a3d_mixed-corpora.py',
          '../_base_/schedules/adamw_150k.py', '../_base_/parts/file_sources.py']

body = dict(type='BodyModel', source='data/body_models/SMPL_NEUTRAL.npz')
codec = dict(type='VQPoseCodec', num_tokens=320, code_dim=256, num_codes=2048, width=512)

model = dict(
    type='BodyEstimator',
    data_preprocessor=dict(type='BodyPreprocessor'),
    backbone=dict(
        type='ViTBackbone', arch='huge', img_size=(256, 192), drop_path_rate=0.55,
        init_cfg=dict(type='Pretrained', checkpoint='data/weights/vitpose-h_backbone.safetensors')),
    image_columns=(32, 224),
    limb_classifier=dict(
        type='BPACNet', token_dim=1280, inputs='both', loss_weight=0.01,
        backbone=dict(
            type='CBAMResNet', layers=(3, 4, 6, 3), width=64,
            init_cfg=dict(type='Pretrained', checkpoint='data/weights/resnet34-b627a593.pth', strict=False))),
    decoder=dict(type='TwoPathDecoder', dim=1024, depth=6, heads=8, dim_head=64, mlp_dim=1024, context_dim=1280),
    pose_head=dict(
        type='SwitchingTokenHead', dim=1024,
        amputee=dict(codec, checkpoint='data/weights/tokenizer_320x256x2048_amputee.pth'),
        intact=dict(codec, checkpoint='data/weights/tokenizer_320x256x2048_intact.pth')),
    params_head=dict(type='BodyParamsHead', dim=1024),
    body=body,
    losses=dict(type='BodyLosses', pose=1e-3, betas=5e-4, keypoints_3d=5e-2, keypoints_2d=1e-2),
    # Partial fine-tuning (Supp. F): the last four ViT blocks, patch and position embedding, the last two decoder
    # blocks, and everything that is new.
    trainable=['backbone.vit.layers.2[89].*', 'backbone.vit.layers.3[01].*', 'backbone.vit.patch_embed.*',
               'backbone.vit.pos_embed', 'decoder.layers.[45].*', 'limb_classifier.*', 'pose_head.*', 'params_head.*'])

data_sources = {{_base_.file_sources}}
val_evaluator = [dict(type='BodyMetric', body=body), dict(type='LimbMetric')]
test_evaluator = val_evaluator
