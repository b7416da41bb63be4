# Table 4(c): BEDLAM-CLIFF with BPAC-Net, whose token joins the pooled features.
_base_ = ['cliff_hrnet-w48_a3d.py']

model = dict(
    limb_classifier=dict(
        # 0.2 of the weight of the 3D term, as in Eq. 6.
        type='BPACNet', token_dim=1280, inputs='both', image_size=224, crop_size=224, loss_weight=0.2 * 60 * 5 / 132,
        backbone=dict(
            type='CBAMResNet', layers=(3, 4, 6, 3), width=64,
            init_cfg=dict(type='Pretrained', checkpoint='data/weights/resnet34-b627a593.pth', strict=False))),
    decoder=dict(limb_path='concat'),
    params_head=dict(in_dim=720 + 3 + 1280))
val_evaluator = [dict(type='BodyMetric', body={{_base_.body}}), dict(type='LimbMetric')]
test_evaluator = val_evaluator
