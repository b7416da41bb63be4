# EMDB 1: 24 joints about the middle of the hips, as TokenHMR and AJAHR report it. Shapes are gendered.
_base_ = ['evaluation_set.py']

test_dataloader = dict(dataset=dict(type='EMDB', data_root='data/emdb', split='emdb1'))
test_evaluator = [dict(type='BodyMetric', body=dict(type='BodyModel', source='open'), joints='smpl24_hips')]
