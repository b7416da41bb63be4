# The paper's training mixture (Sec. 4, Supp. F): one half A3D, the other half the corpora of HMR2 and TokenHMR.
# Where each comes from, and the folders it may lie in: docs/datasets.md. What is missing is listed before anything starts.
_base_ = ['a3d.py', 'bedlam.py', 'h36m-people.py', 'mpi-inf-3dhp.py', 'coco-people.py', 'mpii-people.py', 'ava.py', 'aic-people.py', 'insta.py']

a3d_share = 0.5  # Fig. D varies this from 0.25 to 1: set train_dataloader.dataset.shares.a3d

train_pipeline = [
    dict(type='LoadImage', defer=True),  # decoded by CropBody, as finely as it needs
    dict(type='RandomFlipBody', prob=0.5),
    dict(type='RandomScaleRotate', scale=0.3, rotation=30.0, rotation_prob=0.6, translation=0.02),
    dict(type='CropBody', size=256),
    dict(type='RandomColor', gain=0.2),
    dict(type='DetectorKeypoints'),
    dict(type='PackBodyInputs'),
]
test_pipeline = [
    dict(type='LoadImage'),
    dict(type='CropBody', size=256),
    dict(type='DetectorKeypoints', deterministic=True, noise_ratio=0.0),  # Table 4(a) adds noise
    dict(type='PackBodyInputs'),
]

# Shares inside the intact half, as TokenHMR mixes them.
intact_shares = dict(h36m=0.10, mpii=0.10, coco=0.10, coco_vitpose=0.10, bedlam=0.18, mpi_inf_3dhp=0.04, ava=0.13,
                     aic=0.13, insta=0.12)

train_dataloader = dict(
    batch_size=64,
    num_workers=8,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type='RatioSampler'),
    collate_fn=dict(type='collate_bodies'),
    dataset=dict(
        type='MixedDataset',
        pipeline=train_pipeline,
        on_bad='skip',  # a damaged picture in millions is counted and passed over, up to max_bad of each set
        shares=dict(a3d=a3d_share, corpora='rest'),
        parts=dict(
            a3d={{_base_.a3d}},
            corpora=dict(
                type='MixedDataset',
                shares=intact_shares,
                parts=dict(
                    h36m={{_base_.h36m}}, mpii={{_base_.mpii}}, coco={{_base_.coco}}, coco_vitpose={{_base_.coco_vitpose}},
                    bedlam={{_base_.bedlam}}, mpi_inf_3dhp={{_base_.mpi_inf_3dhp}}, ava={{_base_.ava}}, aic={{_base_.aic}},
                    insta={{_base_.insta}})))))
val_dataloader = dict(
    batch_size=64,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    collate_fn=dict(type='collate_bodies'),
    dataset=dict(type='A3DDataset', data_root='data/a3d/test', pipeline=test_pipeline, test_mode=True))
test_dataloader = val_dataloader

val_evaluator = [
    dict(type='BodyMetric', body=dict(type='BodyModel', source='open')),
    dict(type='LimbMetric'),
]
test_evaluator = val_evaluator
