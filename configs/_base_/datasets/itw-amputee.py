# ITW-amputee: 640 photographs of amputees (paper Sec. 4).
_base_ = ['evaluation_set.py']

test_dataloader = dict(dataset=dict(type='ITWAmputee', data_root='data/itw_amputee', split='test'))
test_evaluator = [dict(type='BodyMetric', body=dict(type='BodyModel', source='open'), joints='smpl24'),
                  dict(type='LimbMetric')]
