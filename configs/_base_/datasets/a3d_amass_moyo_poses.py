# Poses of AMASS, MOYO and A3D for the tokenizers (paper Sec. 4): npz with body_pose (N,63 or 69) and limb_extent (N,4).
data_root = 'data/poses/'
data_sources = {
    'data/poses/amass': 'https://amass.is.tue.mpg.de (registration)',
    'data/poses/moyo': 'https://moyo.is.tue.mpg.de (registration)',
    'data/poses/a3d': 'the poses of A3D, or of a set made with tools/synthesize_a3d.py',
}
train_dataloader = dict(
    batch_size=256,
    num_workers=4,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type='RatioSampler', groups='amputee', ratios=dict(amputee=0.5, intact=0.5)),
    dataset=dict(type='PoseDataset', data_root=data_root,
                 ann_file=['amass_train.npz', 'moyo_train.npz', 'a3d_train.npz']))
val_dataloader = dict(
    batch_size=256,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='PoseDataset', data_root=data_root, ann_file=['moyo_val.npz'], test_mode=True))
test_dataloader = val_dataloader

val_evaluator = dict(type='PoseReconMetric')
test_evaluator = val_evaluator
