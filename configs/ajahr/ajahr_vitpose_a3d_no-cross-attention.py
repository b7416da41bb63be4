# Table B: partial fine-tuning without cross-attention to BPAC-Net, which then only classifies and switches tokenizers.
_base_ = ['ajahr_vitpose_a3d.py']
model = dict(limb_classifier=dict(token_dim=None), decoder=dict(limb_path='off'))
