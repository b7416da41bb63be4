# The paper's schedule for the tokenizers (Supp. H): 200,000 iterations of 256 poses, gamma 0.05 at 75k and 100k.
train_cfg = dict(by_epoch=False, max_iters=200_000, val_interval=10_000)
val_cfg = dict()
test_cfg = dict()
optim_wrapper = dict(
    type='OptimWrapper', optimizer=dict(type='AdamW', lr=2e-4, betas=(0.9, 0.99), weight_decay=1e-5))
param_scheduler = [dict(type='MultiStepLR', by_epoch=False, milestones=[75_000, 100_000], gamma=0.05)]
