# HMR2.0, small: the same road without limb classifier and tokenizers; the pose is regressed.
_base_ = ['../ajahr/ajahr_tiny_a3d-mini.py']

model = dict(
    limb_classifier=None,
    decoder=dict(limb_path='off'),
    pose_head=dict(_delete_=True, type='RegressionPoseHead', dim=128))
val_evaluator = [dict(type='BodyMetric', body=dict(type='BodyModel', source='open'))]
test_evaluator = val_evaluator
