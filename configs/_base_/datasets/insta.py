# InstaVariety: HMR2's tars or npz of fits.
insta = dict(type='InstaVariety', data_root='data/insta')
