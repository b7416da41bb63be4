# Table 4(e), 'Amputation Only (Single)': everybody goes through the tokenizer that has seen amputees.
_base_ = ['ajahr_vitpose_a3d.py']
model = dict(pose_head=dict(_delete_=True, type='TokenPoseHead', dim=1024, codec={{_base_.model.pose_head.amputee}}))
