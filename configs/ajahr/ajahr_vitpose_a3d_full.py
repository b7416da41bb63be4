# Table B: full fine-tuning with cross-attention to BPAC-Net's token. The tokenizers stay frozen.
_base_ = ['ajahr_vitpose_a3d.py']
model = dict(trainable=None)
