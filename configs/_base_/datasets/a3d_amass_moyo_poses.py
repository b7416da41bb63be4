# Poses of AMASS, MOYO and A3D for the tokenizers (paper Sec. 4): one half amputees, the other with TokenHMR's shares.
_base_ = ['amass.py', 'moyo.py', 'a3d-poses.py']

amputee_share = 0.5
train_dataloader = dict(
    batch_size=256,
    num_workers=4,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type='RatioSampler'),
    dataset=dict(
        type='MixedDataset',
        shares=dict(amputee=amputee_share, intact='rest'),
        parts=dict(
            amputee={{_base_.a3d_poses}},
            intact=dict(
                type='MixedDataset',
                shares=dict(amass=0.84, moyo=0.16),
                parts=dict(amass={{_base_.amass}}, moyo={{_base_.moyo}})))))
val_dataloader = dict(
    batch_size=256,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset={{_base_.moyo_val}})
test_dataloader = val_dataloader

val_evaluator = dict(type='PoseReconMetric')
test_evaluator = val_evaluator
