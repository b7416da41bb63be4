# BPAC-Net on its own, 'Image only' of Table 4(b).
_base_ = ['bpac_resnet34-cbam_a3d.py']
model = dict(limb_classifier=dict(inputs='image'))
