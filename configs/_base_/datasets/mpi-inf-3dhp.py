# MPI-INF-3DHP: HMR2's tars, npz of fits, or the makers' MATLAB files.
mpi_inf_3dhp = dict(type='MPIINF3DHP', data_root='data/mpi_inf_3dhp')
