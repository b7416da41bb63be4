# 3DPW test: 14 joints, as HMR2 and AJAHR report it. Shapes are those of male and female bodies (`gender`).
_base_ = ['evaluation_set.py']

test_dataloader = dict(dataset=dict(type='ThreeDPW', data_root='data/3dpw', split='test'))
test_evaluator = [dict(type='BodyMetric', body=dict(type='BodyModel', source='open'), joints='eval14')]
