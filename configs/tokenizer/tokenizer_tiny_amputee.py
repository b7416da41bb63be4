# A small pose tokenizer trained on amputee and intact poses alike (C_amp of Eq. 3), for the quickstart.
_base_ = ['../_base_/runtime/default_runtime.py', '../_base_/datasets/a3d-mini_poses.py',
          '../_base_/schedules/adamw_1k.py']

model = dict(
    type='PoseAutoencoder',
    codec=dict(type='VQPoseCodec', num_tokens=40, code_dim=64, num_codes=256, width=64),
    body=dict(type='BodyModel', source='open'),
    losses=dict(type='PoseReconstructionLosses', pose=20.0, joints=100.0, vertices=0.0))

train_dataloader = dict(
    sampler=dict(_delete_=True, type='RatioSampler', groups='amputee', ratios=dict(amputee=0.5, intact=0.5)))
default_hooks = dict(checkpoint=dict(save_best='recon/mpjpe'))
