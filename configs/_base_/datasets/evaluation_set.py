# What all test sets of photographs share: the crop, keypoints without added noise, one person after the other.
test_dataloader = dict(
    batch_size=64,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    collate_fn=dict(type='collate_bodies'),
    dataset=dict(
        test_mode=True,
        pipeline=[
            dict(type='LoadImage'),
            dict(type='CropBody', size=256),
            dict(type='DetectorKeypoints', deterministic=True, noise_ratio=0.0),
            dict(type='PackBodyInputs'),
        ]))
