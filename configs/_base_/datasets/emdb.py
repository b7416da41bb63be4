# EMDB 1: 24 joints about the middle of the hips, as TokenHMR and AJAHR report it. Shapes are gendered.
emdb_pipeline = [
    dict(type='LoadImage'),
    dict(type='CropBody', size=256),
    dict(type='DetectorKeypoints', deterministic=True, noise_ratio=0.0),
    dict(type='PackBodyInputs'),
]
test_dataloader = dict(
    batch_size=64,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    collate_fn=dict(type='collate_bodies'),
    dataset=dict(type='EMDB', data_root='data/emdb', split='emdb1', pipeline=emdb_pipeline, test_mode=True))
test_evaluator = [dict(type='BodyMetric', body=dict(type='BodyModel', source='open'), joints='smpl24_hips')]
