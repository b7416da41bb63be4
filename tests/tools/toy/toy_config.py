_base_ = '../../../configs/_base_/runtime/default_runtime.py'
custom_imports = dict(imports=['toy_parts'])
model = dict(type='ToyModel')
train_dataloader = dict(
    batch_size=4, num_workers=0, sampler=dict(type='InfiniteSampler', shuffle=True), dataset=dict(type='ToyDataset'))
val_dataloader = dict(
    batch_size=4, num_workers=0, sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='ToyDataset', length=10))
test_dataloader = val_dataloader
val_evaluator = dict(type='ToyMetric')
test_evaluator = val_evaluator
optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='SGD', lr=0.01))
data_sources = {'absent.npz': 'the moon'}
train_cfg = dict(by_epoch=False, max_iters=6, val_interval=3)
val_cfg = dict()
test_cfg = dict()
default_hooks = dict(checkpoint=dict(interval=3), logger=dict(interval=1))
visualizer = dict(_delete_=True, type='Visualizer', vis_backends=[dict(type='LocalVisBackend')])
