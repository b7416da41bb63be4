# The paper's mixture on miniatures, and every other image corpus beside it; a network that takes seconds. Run it from
# the folder that holds data/.
_base_ = ['../../../configs/_base_/runtime/default_runtime.py', '../../../configs/_base_/datasets/a3d_mixed-corpora.py',
          '../../../configs/_base_/schedules/adamw_1k.py']

dim = 16
codec = dict(type='VQPoseCodec', num_tokens=40, code_dim=8, num_codes=16, width=16)
model = dict(
    type='BodyEstimator',
    data_preprocessor=dict(type='BodyPreprocessor'),
    backbone=dict(
        type='HybridBackbone', dim=dim, depth=1, heads=2, grid=(8, 6),
        trunk=dict(type='CBAMResNet', layers=(1, 1, 1, 1), width=4, in_channels=3, stem='patch', attention=False)),
    limb_classifier=dict(
        type='BPACNet', token_dim=dim, image_size=32, sigma=3.0, grid=(2, 2), loss_weight=1.0,
        backbone=dict(type='CBAMResNet', layers=(1, 1, 1), width=16, stem='patch')),
    decoder=dict(type='TwoPathDecoder', dim=dim, depth=1, heads=2, dim_head=8, mlp_dim=16, context_dim=dim),
    pose_head=dict(
        type='SwitchingTokenHead', dim=dim, width=8, num_blocks=1, token_width=8, channel_width=8, amputee=codec,
        intact=codec),
    params_head=dict(type='BodyParamsHead', dim=dim),
    body=dict(type='BodyModel', source='open'),
    losses=dict(type='BodyLosses'))

train_dataloader = dict(
    batch_size=10, num_workers=0, persistent_workers=False,
    dataset=dict(
        on_bad='raise',
        shares=dict(a3d=0.4, others=0.2),
        parts=dict(others=dict(
            type='MixedDataset',
            shares=dict(a3d_official=1, itw_amputee=1, threedpw=1, emdb=1, threedoh50k=1, human_data=1),
            parts=dict(
                a3d_official=dict(type='OfficialA3D', data_root='data/a3d_official'),
                itw_amputee=dict(type='ITWAmputee', data_root='data/itw_amputee'),
                threedpw=dict(type='ThreeDPW', data_root='data/3dpw', split='train'),
                emdb=dict(type='EMDB', data_root='data/emdb'),
                threedoh50k=dict(type='ThreeDOH50K', data_root='data/3doh50k'),
                human_data=dict(type='HumanData', files='*.npz', data_root='data/human_data'))))))
val_dataloader = dict(batch_size=4, num_workers=0, persistent_workers=False)
test_dataloader = val_dataloader
train_cfg = dict(max_iters=50, val_interval=50)
default_hooks = dict(logger=dict(interval=10), checkpoint=dict(save_best=None))
visualizer = dict(_delete_=True, type='Visualizer', vis_backends=[dict(type='LocalVisBackend')])
