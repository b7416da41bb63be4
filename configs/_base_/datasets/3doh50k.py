# The test set of 3DOH50K: hidden limbs, none of them lost (paper Table 5).
threedoh50k_pipeline = [
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
    dataset=dict(type='ThreeDOH50K', data_root='data/3doh50k', split='test', pipeline=threedoh50k_pipeline, test_mode=True))
test_evaluator = [dict(type='LimbMetric')]
