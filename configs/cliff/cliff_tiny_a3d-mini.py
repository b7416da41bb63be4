# CLIFF, small: the encoder of the tiny AJAHR, pooled, with the place of the box; pose, shape and camera in three steps.
_base_ = ['../ajahr/ajahr_tiny_a3d-mini.py']

model = dict(
    limb_classifier=None,
    decoder=dict(_delete_=True, type='BoxPooling', scaling='bedlam'),
    pose_head=None,
    params_head=dict(_delete_=True, type='CLIFFHead', in_dim=128 + 3, dim=256, dropout=0.1))
val_evaluator = [dict(type='BodyMetric', body=dict(type='BodyModel', source='open'))]
test_evaluator = val_evaluator
