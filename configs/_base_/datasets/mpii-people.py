# MPII: HMR2's tars, npz of fits, or the makers' MATLAB file.
mpii = dict(type='MPII', data_root='data/mpii')
