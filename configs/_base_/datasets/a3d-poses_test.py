# The poses of A3D's test people (paper Table C).
test_dataloader = dict(
    batch_size=256, num_workers=4, sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='PosesOf', dataset=dict(type='A3DDataset', data_root='data/a3d/test'), test_mode=True))
test_evaluator = dict(type='PoseReconMetric')
