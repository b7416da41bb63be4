# AI Challenger: HMR2's tars, npz of fits, or the makers' JSON.
aic = dict(type='AIChallenger', data_root='data/aic')
