# Table 4(c): HMR2.0 with BPAC-Net, whose token the decoder attends to in a second pass.
_base_ = ['hmr2_vitpose_a3d.py', '../_base_/parts/bpac-net_summed.py']

model = dict(limb_classifier={{_base_.bpac_net}}, decoder=dict(limb_path='second_pass'))
val_evaluator = [dict(type='BodyMetric', body={{_base_.body}}), dict(type='LimbMetric')]
test_evaluator = val_evaluator
