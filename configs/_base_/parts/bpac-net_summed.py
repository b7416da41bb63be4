# BPAC-Net beside a mesh network whose losses are sums over the batch, as those of HMR2.0 and TokenHMR are.
bpac_net = dict(
    type='BPACNet', token_dim=1280, inputs='both', loss_weight=0.01, reduction='sum',
    backbone=dict(
        type='CBAMResNet', layers=(3, 4, 6, 3), width=64,
        init_cfg=dict(type='Pretrained', checkpoint='data/weights/resnet34-b627a593.pth', strict=False)))
