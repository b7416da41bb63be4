# AVA: HMR2's tars or npz of fits.
ava = dict(type='AVA', data_root='data/ava')
