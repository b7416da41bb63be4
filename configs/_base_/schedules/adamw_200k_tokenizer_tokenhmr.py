# What TokenHMR's tokenizer really ran with: its warm-up step leaves 2/3 of the rate for good, its milestones never match.
_base_ = ['adamw_200k_tokenizer.py']
param_scheduler = [dict(type='ConstantLR', by_epoch=False, factor=2 / 3, begin=0, end=200_001)]
