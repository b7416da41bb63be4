# The paper's training mixture (Sec. 4, Supp. F): one half A3D, the other half the corpora of HMR2 and TokenHMR.
# Every part is a folder with images and `annotations.npz` (columns: docs/data.md).
data_root = 'data/'
data_sources = {
    'data/a3d/': 'the A3D dataset; ask its authors (https://chojinie.github.io/project_AJAHR/) or make your own with '
                 'tools/synthesize_a3d.py',
    'data/bedlam/': 'https://bedlam.is.tue.mpg.de (free registration)',
    'data/h36m/': 'http://vision.imar.ro/human3.6m (registration)',
    'data/mpi_inf_3dhp/': 'https://vcai.mpi-inf.mpg.de/3dhp-dataset',
    'data/coco/': 'https://cocodataset.org, with the pseudo ground truth of 4D-Humans',
    'data/coco_vitpose/': 'https://cocodataset.org, with the ViTPose pseudo ground truth of 4D-Humans',
    'data/mpii/': 'http://human-pose.mpi-inf.mpg.de, with the pseudo ground truth of 4D-Humans',
    'data/ava/': 'https://research.google.com/ava, with the pseudo ground truth of 4D-Humans',
    'data/aic/': 'AI Challenger keypoints, with the pseudo ground truth of 4D-Humans',
    'data/insta/': 'https://github.com/akanazawa/human_dynamics (InstaVariety), with the pseudo ground truth of 4D-Humans',
}

train_pipeline = [
    dict(type='LoadImage'),
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
    dict(type='DetectorKeypoints', deterministic=True),
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
        on_bad='skip',  # one torn picture does not stop a week of training; docs/data.md
        # The share of A3D is one number (Fig. D: 0.25, 0.5, 0.75, 1):
        # --cfg-options train_dataloader.dataset.shares.a3d=0.25
        shares=dict(a3d=0.5, corpora='rest'),
        parts=dict(
            a3d=dict(type='A3DDataset', data_root=data_root + 'a3d/train', name='a3d'),
            corpora=dict(
                type='MixedDataset',
                shares=intact_shares,
                parts={name: dict(type='BodyDataset', data_root=f'{data_root}{name}/train', name=name)
                       for name in intact_shares}))))
val_dataloader = dict(
    batch_size=64,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    collate_fn=dict(type='collate_bodies'),
    dataset=dict(type='A3DDataset', data_root=data_root + 'a3d/test', pipeline=test_pipeline, test_mode=True))
test_dataloader = val_dataloader

val_evaluator = [
    dict(type='BodyMetric', body=dict(type='BodyModel', source='open')),
    dict(type='LimbMetric'),
]
test_evaluator = val_evaluator
