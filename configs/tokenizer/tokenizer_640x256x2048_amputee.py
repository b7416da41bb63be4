# Tables C and 4(d): 640 tokens a pose.
_base_ = ['tokenizer_320x256x2048_amputee.py']
model = dict(codec=dict(num_tokens=640))
