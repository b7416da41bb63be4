# The poses of A3D-mini, for the tokenizers. Written beside its images.
data_root = 'data/a3d_mini/'
data_sources = {
    data_root: 'made by `bash tools/quickstart.sh`, or '
               '`python tools/synthesize_a3d.py configs/synthesis/a3d-mini.py --out data/a3d_mini`'}

train_dataloader = dict(
    batch_size=128,
    num_workers=0,
    drop_last=True,
    sampler=dict(type='InfiniteSampler', shuffle=True),
    dataset=dict(type='PoseDataset', data_root=data_root, ann_file='poses_train.npz'))
val_dataloader = dict(
    batch_size=250,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='PoseDataset', data_root=data_root, ann_file='poses_test.npz', test_mode=True))
test_dataloader = val_dataloader

val_evaluator = dict(type='PoseReconMetric')
test_evaluator = val_evaluator
