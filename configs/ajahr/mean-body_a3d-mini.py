# What any network must beat: the mean body of the training set for every image. Evaluate with tools/test.py ... none
_base_ = ['../_base_/runtime/default_runtime.py', '../_base_/datasets/a3d-mini.py', '../_base_/schedules/adamw_1k.py']

model = dict(type='MeanBody', annotations='data/a3d_mini/train/annotations.npz')
test_evaluator = [dict(type='BodyMetric', body=dict(type='BodyModel', source='open'))]
