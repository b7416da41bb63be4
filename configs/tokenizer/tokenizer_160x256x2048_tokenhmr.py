# The tokenizer of TokenHMR as it was really trained: 160 tokens, intact poses, other losses, and its three defects by name.
_base_ = ['../_base_/runtime/default_runtime.py', '../_base_/datasets/a3d_amass_moyo_poses.py',
          '../_base_/schedules/adamw_200k_tokenizer_tokenhmr.py', '../_base_/parts/file_sources.py']

model = dict(
    type='PoseAutoencoder',
    codec=dict(type='VQPoseCodec', num_tokens=160, code_dim=256, num_codes=2048, width=512),
    body=dict(type='BodyModel', source='data/body_models/SMPLH_NEUTRAL.npz'),
    losses=dict(type='PoseReconstructionLosses', pose=20.0, joints=100.0, vertices=100.0, commitment=1.0,
                vertex_weighting='area', body_joints_only=True),
    noise=None)  # the noise it announces does nothing; dict(type='PoseNoise') does
train_dataloader = dict(dataset=dict(only='intact'))
default_hooks = dict(checkpoint=dict(save_best='recon/mpjpe'))
# Its code book stops at the first evaluation. That its learning rate never falls is in the schedule.
custom_hooks = [dict(type='CodebookHook', freeze_after=2500)]
data_sources = {{_base_.file_sources}}
