# Table C, code book 256x1024: 1024 codes.
_base_ = ['tokenizer_320x256x2048_amputee.py']
model = dict(codec=dict(num_codes=1024))
