# ITW-amputee: 640 photographs of amputees (paper Sec. 4).
itw_amputee_pipeline = [
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
    dataset=dict(type='ITWAmputee', data_root='data/itw_amputee', split='test', pipeline=itw_amputee_pipeline,
                 test_mode=True))
test_evaluator = [dict(type='BodyMetric', body=dict(type='BodyModel', source='open'), joints='smpl24'),
                  dict(type='LimbMetric')]
