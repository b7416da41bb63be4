# The AJAHR-Tokenizer of the paper (Sec. 3.3.2, Supp. H): 320 tokens, 2048 codes of 256 numbers; amputee and intact poses.
_base_ = ['../_base_/runtime/default_runtime.py', '../_base_/datasets/a3d_amass_moyo_poses.py',
          '../_base_/schedules/adamw_200k_tokenizer.py', '../_base_/parts/file_sources.py']

model = dict(
    type='PoseAutoencoder',
    codec=dict(type='VQPoseCodec', num_tokens=320, code_dim=256, num_codes=2048, width=512),
    body=dict(type='BodyModel', source='data/body_models/SMPLH_NEUTRAL.npz'),
    losses=dict(type='PoseReconstructionLosses', pose=100.0, joints=100.0, vertices=100.0, commitment=1.0))
default_hooks = dict(checkpoint=dict(save_best='recon/mpjpe'))
custom_hooks = [dict(type='CodebookHook')]
data_sources = {{_base_.file_sources}}
