# The test set of 3DOH50K: hidden limbs, none of them lost (paper Table 5).
_base_ = ['evaluation_set.py']

test_dataloader = dict(dataset=dict(type='ThreeDOH50K', data_root='data/3doh50k', split='test'))
test_evaluator = [dict(type='LimbMetric')]
