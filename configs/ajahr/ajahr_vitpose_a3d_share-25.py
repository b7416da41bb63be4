# Fig. D: 25 % of every batch are from A3D, the rest from the other corpora.
_base_ = ['ajahr_vitpose_a3d.py']
train_dataloader = dict(dataset=dict(shares=dict(a3d=0.25)))
