# The same tokenizer trained on AMASS and MOYO alone: people with all four limbs (C_non_amp of Eq. 3).
_base_ = ['tokenizer_320x256x2048_amputee.py']

train_dataloader = dict(dataset=dict(only='intact'))
