# MOYO for the tokenizers.
moyo = dict(type='MOYO', data_root='data/moyo')
moyo_val = dict(type='MOYO', data_root='data/moyo', split='val', test_mode=True)
