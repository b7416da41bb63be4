# Table B: full fine-tuning without cross-attention to BPAC-Net.
_base_ = ['ajahr_vitpose_a3d_no-cross-attention.py']
model = dict(trainable=None)
