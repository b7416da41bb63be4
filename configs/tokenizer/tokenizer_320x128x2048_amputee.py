# Table C, code book 128x2048: codes of 128 numbers.
_base_ = ['tokenizer_320x256x2048_amputee.py']
model = dict(codec=dict(code_dim=128))
