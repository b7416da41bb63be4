# A3D-mini, made by `python tools/synthesize_a3d.py configs/synthesis/a3d-mini.py --out data/a3d_mini`.
data_root = 'data/a3d_mini/'
data_sources = {
    data_root: 'made by `bash tools/quickstart.sh`, or '
               '`python tools/synthesize_a3d.py configs/synthesis/a3d-mini.py --out data/a3d_mini`'}

train_pipeline = [
    dict(type='LoadImage'),
    dict(type='RandomFlipBody', prob=0.5),
    dict(type='RandomScaleRotate', scale=0.2, rotation=20.0, rotation_prob=0.6, translation=0.02),
    dict(type='CropBody', size=256),
    dict(type='RandomColor', gain=0.2),
    dict(type='DetectorKeypoints'),
    dict(type='PackBodyInputs'),
]
test_pipeline = [
    dict(type='LoadImage'),
    dict(type='CropBody', size=256),
    dict(type='DetectorKeypoints', deterministic=True),
    dict(type='PackBodyInputs'),
]

train_dataloader = dict(
    batch_size=32,
    num_workers=0,  # on two cores a loader of its own only takes time from the training
    drop_last=True,
    # The paper's mixture: half of every batch are amputees (Supp. F).
    sampler=dict(type='RatioSampler', groups='amputee', ratios=dict(amputee=0.5, intact=0.5)),
    collate_fn=dict(type='collate_bodies'),
    dataset=dict(type='A3DDataset', data_root=data_root + 'train', pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=50,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    collate_fn=dict(type='collate_bodies'),
    dataset=dict(type='A3DDataset', data_root=data_root + 'test', pipeline=test_pipeline, test_mode=True))
test_dataloader = val_dataloader

val_evaluator = [
    dict(type='BodyMetric', body=dict(type='BodyModel', source='open')),
    dict(type='LimbMetric'),
]
test_evaluator = val_evaluator
