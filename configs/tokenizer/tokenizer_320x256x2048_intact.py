# The same tokenizer trained on AMASS and MOYO alone: people with all four limbs (C_non_amp of Eq. 3).
_base_ = ['tokenizer_320x256x2048_amputee.py']

train_dataloader = dict(
    sampler=dict(_delete_=True, type='InfiniteSampler', shuffle=True),
    dataset=dict(limbs='intact', ann_file=['amass_train.npz', 'moyo_train.npz']))
