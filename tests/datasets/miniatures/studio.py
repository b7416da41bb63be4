"""Human3.6M as CDF, MPI-INF-3DHP as MATLAB 5 (training) and HDF5 (test)."""
import cdflib.cdfwrite
import h5py
import numpy as np
from scipy.io import savemat

from .pictures import joints, pixels, write_picture


def write_cdf(path, values):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    file = cdflib.cdfwrite.CDF(str(path), cdf_spec=dict(Majority='row_major'))
    file.write_var(dict(Variable='Pose', Data_Type=45, Num_Elements=1, Rec_Vary=True, Dim_Sizes=values.shape[1:]),
                   var_data=values)
    file.close()


def write_h36m(root, subject='S1', action='Walking 1', camera='60457274', count=11, seed=0):
    """A sequence of ``count`` frames. Returns its 32 points in camera axes (count,32,3) m."""
    rng = np.random.default_rng(seed)
    space = joints(rng, count, 32)
    folder = root / subject / 'MyPoseFeatures'
    write_cdf(folder / f'D3_Positions_mono/{action}.{camera}.cdf', (space * 1000).reshape(1, count, 96))
    write_cdf(folder / f'D2_Positions/{action}.{camera}.cdf', pixels(space).reshape(1, count, 64))
    sequence = f'{subject}_{action}.{camera}'.replace(' ', '_')
    for frame in range(1, count + 1, 5):
        write_picture(root / subject / 'images' / sequence / f'{sequence}_{frame:06d}.jpg', frame)
    return space


def write_3dhp(root, count=21, seed=0):
    """S1/Seq1 with 14 cameras; of camera 0, frame 10 is partly outside. Returns the points (14,count,28,3) m."""
    rng = np.random.default_rng(seed)
    space = joints(rng, 14 * count, 28).reshape(14, count, 28, 3)
    flat = pixels(space)
    flat[0, 10, 3] = [-5, 40]
    cells = {name: np.empty((14, 1), object) for name in ('annot2', 'annot3')}
    for camera in range(14):
        cells['annot2'][camera, 0] = flat[camera].reshape(count, 56)
        cells['annot3'][camera, 0] = space[camera].reshape(count, 84) * 1000
        for frame in range(1, count + 1, 10):
            write_picture(root / f'S1/Seq1/imageFrames/video_{camera}/frame_{frame:06d}.jpg', frame)
    savemat(root / 'S1/Seq1/annot.mat', dict(cells, frames=np.arange(count), cameras=np.arange(14)))
    return space


def write_3dhp_test(root, count=4, seed=0):
    """TS1; frame 1 is not valid. ``annot3`` and ``univ_annot3`` differ in size. Returns the latter, (count,17,3) m."""
    rng = np.random.default_rng(seed)
    space = joints(rng, count, 17)
    folder = root / 'mpi_inf_3dhp_test_set/TS1'
    for frame in range(1, count + 1):
        write_picture(folder / f'imageSequence/img_{frame:06d}.jpg', frame)
    with h5py.File(folder / 'annot_data.mat', 'w') as file:
        file['annot2'] = pixels(space)[:, None]
        file['annot3'] = space[:, None] * 1100
        file['univ_annot3'] = space[:, None] * 1000
        file['valid_frame'] = np.array([[1], [0], [1], [1]])[:count]
    return space
