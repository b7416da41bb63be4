# Human3.6M: HMR2's tars, npz of fits, or the makers' CDF files.
h36m = dict(type='Human36M', data_root='data/h36m')
