# How a run is logged, saved and seeded. Everything counts iterations.
default_scope = 'ajahr_mm'

default_hooks = dict(
    timer=dict(type='IterTimerHook'),
    logger=dict(type='LoggerHook', interval=50, log_metric_by_epoch=False),
    param_scheduler=dict(type='ParamSchedulerHook'),
    # rule: MMEngine takes any metric it does not know for "greater is better" or refuses it.
    checkpoint=dict(
        type='CheckpointHook', by_epoch=False, interval=1000, max_keep_ckpts=2, save_last=True,
        save_best='gt_labels/mpjpe', rule='less'),
    sampler_seed=dict(type='DistSamplerSeedHook'),
    visualization=dict(type='BodyVisualizationHook', enable=False))
custom_hooks = []

env_cfg = dict(
    cudnn_benchmark=False,
    mp_cfg=dict(mp_start_method='fork', opencv_num_threads=0),
    dist_cfg=dict(backend='nccl', timeout=1800))
randomness = dict(seed=0, deterministic=False)

# Further backends: dict(type='TensorboardVisBackend'), dict(type='WandbVisBackend').
vis_backends = [dict(type='LocalVisBackend')]
visualizer = dict(type='BodyVisualizer', vis_backends=vis_backends)
log_processor = dict(type='LogProcessor', by_epoch=False, window_size=50)
log_level = 'INFO'

load_from = None
resume = False
