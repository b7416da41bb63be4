# BPAC-Net on its own (Sec. 3.3.1, Supp. G; Table 5, Fig. 5). The paper trains it jointly; the learning rate here is ours.
_base_ = ['../_base_/runtime/default_runtime.py', '../_base_/datasets/a3d_mixed-corpora.py',
          '../_base_/schedules/adamw_150k.py', '../_base_/parts/file_sources.py']

model = dict(
    type='LimbEstimator',
    data_preprocessor=dict(type='BodyPreprocessor'),
    limb_classifier=dict(
        type='BPACNet', inputs='both', image_size=256, sigma=2.0, loss_weight=1.0,
        backbone=dict(
            type='CBAMResNet', layers=(3, 4, 6, 3), width=64,
            # ImageNet knows neither heat-maps nor CBAM: its stem is widened, the attention starts afresh.
            init_cfg=dict(type='Pretrained', checkpoint='data/weights/resnet34-b627a593.pth', strict=False))))

optim_wrapper = dict(optimizer=dict(lr=1e-4))
default_hooks = dict(checkpoint=dict(save_best='limb/f1', rule='greater'))
data_sources = {{_base_.file_sources}}
val_evaluator = [dict(type='LimbMetric')]
test_evaluator = [dict(type='LimbMetric', confusion=True)]
