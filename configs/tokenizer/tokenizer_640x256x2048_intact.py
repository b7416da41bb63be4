# Table 4(d): 640 tokens a pose, for intact people.
_base_ = ['tokenizer_320x256x2048_intact.py']
model = dict(codec=dict(num_tokens=640))
