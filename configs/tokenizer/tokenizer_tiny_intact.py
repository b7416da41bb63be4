# The same tokenizer trained on people with all four limbs only (C_non_amp of Eq. 3).
_base_ = ['tokenizer_tiny_amputee.py']

train_dataloader = dict(
    sampler=dict(_delete_=True, type='InfiniteSampler', shuffle=True),
    dataset=dict(limbs='intact'))
