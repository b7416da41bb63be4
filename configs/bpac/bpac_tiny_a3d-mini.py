# BPAC-Net on its own, as large as in the tiny AJAHR. Its weights start `limb_classifier` there by `load_from`.
_base_ = ['../_base_/runtime/default_runtime.py', '../_base_/datasets/a3d-mini.py', '../_base_/schedules/adamw_1k.py']

model = dict(
    type='LimbEstimator',
    data_preprocessor=dict(type='BodyPreprocessor'),
    limb_classifier=dict(
        type='BPACNet', image_size=64, sigma=3.0, grid=(4, 4), loss_weight=1.0,
        backbone=dict(type='CBAMResNet', layers=(1, 1, 1), width=32, stem='patch')),
    precision='bfloat16')

optim_wrapper = dict(optimizer=dict(lr=2e-3))
default_hooks = dict(checkpoint=dict(save_best='limb/f1', rule='greater'))
val_evaluator = [dict(type='LimbMetric')]
test_evaluator = val_evaluator
