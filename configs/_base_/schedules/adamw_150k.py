# The paper's schedule for the mesh network (Supp. F): AdamW, learning rate 5e-6, 150,000 iterations of 64 samples.
train_cfg = dict(by_epoch=False, max_iters=150_000, val_interval=5_000)
val_cfg = dict()
test_cfg = dict()
optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='AdamW', lr=5e-6, weight_decay=1e-4))
param_scheduler = []
auto_scale_lr = dict(base_batch_size=64)
