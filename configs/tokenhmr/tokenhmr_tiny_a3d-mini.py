# TokenHMR, small: one tokenizer, no limb classifier.
_base_ = ['../ajahr/ajahr_tiny_a3d-mini.py']

model = dict(
    limb_classifier=None,
    decoder=dict(limb_path='off'),
    pose_head=dict(
        _delete_=True, type='TokenPoseHead', dim=128, width=32, num_blocks=2, token_width=32, channel_width=64,
        codec=dict(type='VQPoseCodec', num_tokens=40, code_dim=64, num_codes=256, width=64,
                   checkpoint='work_dirs/quickstart/tokenizer_tiny_intact/iter_1000.pth')))
val_evaluator = [dict(type='BodyMetric', body=dict(type='BodyModel', source='open'))]
test_evaluator = val_evaluator
