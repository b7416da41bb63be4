# 3DPW test: 14 joints, as HMR2 and AJAHR report it. Shapes are those of male and female bodies (`gender`).
threedpw_pipeline = [
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
    dataset=dict(type='ThreeDPW', data_root='data/3dpw', split='test', pipeline=threedpw_pipeline, test_mode=True))
test_evaluator = [dict(type='BodyMetric', body=dict(type='BodyModel', source='open'), joints='eval14')]
