# Table 4(d): 640 tokens a pose.
_base_ = ['ajahr_vitpose_a3d.py']
model = dict(pose_head=dict(
    amputee=dict(num_tokens=640, checkpoint='data/weights/tokenizer_640x256x2048_amputee.pth'),
    intact=dict(num_tokens=640, checkpoint='data/weights/tokenizer_640x256x2048_intact.pth')))
