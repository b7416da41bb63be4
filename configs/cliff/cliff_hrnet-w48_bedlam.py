# BEDLAM-CLIFF by the recipe of its authors (Black et al., CVPR 2023): from a COCO pose network, on BEDLAM alone.
_base_ = ['cliff_hrnet-w48_a3d.py']

model = dict(backbone=dict(hrnet_init=dict(
    type='Pretrained', checkpoint='data/weights/hrnet-w48_coco.pth', prefix='backbone', strict=False)))
load_from = None
train_pipeline = [
    dict(type='LoadImage'),
    dict(type='RandomScaleRotate', scale=0.25, rotation_prob=0.0, translation=0.0),
    dict(type='CropBody', size=224),
    dict(type='RandomColor', gain=0.2),
    dict(type='DetectorKeypoints'),
    dict(type='PackBodyInputs')]
train_dataloader = dict(
    dataset=dict(pipeline=train_pipeline, shares=dict(a3d=0.0), parts=dict(corpora=dict(only='bedlam'))))
optim_wrapper = dict(optimizer=dict(_delete_=True, type='Adam', lr=5e-5))
