# Table 4(b), 'Image only': what BPAC-Net sees of a person.
_base_ = ['ajahr_vitpose_a3d.py']
model = dict(limb_classifier=dict(inputs='image'))
