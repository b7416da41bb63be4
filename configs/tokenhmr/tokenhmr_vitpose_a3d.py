# TokenHMR as in Tables 2 and 3: fine-tuned on the data of AJAHR, with its own tokenizer of 160 tokens and its losses.
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
    pose_head=dict(
        type='TokenPoseHead', dim=1024,
        codec=dict(type='VQPoseCodec', num_tokens=160, code_dim=256, num_codes=2048, width=512,
                   checkpoint='data/weights/tokenizer_tokenhmr.safetensors')),
    params_head=dict(type='BodyParamsHead', dim=1024),
    body=body,
    # Labels that are only estimates hold back once they are nearly met; these sets are exact.
    losses=dict(type='TALSLosses', trusted=['a3d', 'bedlam', 'h36m']))

load_from = 'data/weights/tokenhmr.safetensors'
data_sources = {{_base_.file_sources}}
val_evaluator = [dict(type='BodyMetric', body=body)]
test_evaluator = val_evaluator
