# Whole poses of people whom no tokenizer has seen: the validation sets of AMASS (paper Table C).
_base_ = ['amass.py']
test_dataloader = dict(batch_size=256, num_workers=4, sampler=dict(type='DefaultSampler', shuffle=False),
                       dataset={{_base_.amass_val}})
test_evaluator = dict(type='PoseReconMetric')
