"""A3D and ITW-amputee as their authors lay them out."""
import numpy as np
from scipy.spatial.transform import Rotation

from .pictures import SIZE, objects, write_picture


def _common(rng, count):
    return dict(center=rng.uniform(50, 80, (count, 1, 2)), scale=rng.uniform(60, 90, (count, 1)),
                betas=rng.normal(size=(count, 10)).astype(np.float32))


def _points(rng, count, number, axes):
    points = rng.uniform(5, 100, (count, number, axes + 1)).astype(np.float32)
    points[..., -1] = 1
    return points


def coco_style(rng, names):
    """Axis-angle poses, keypoints in two pieces, picture names as objects, and arrays that nobody needs."""
    count = len(names)
    return dict(
        _common(rng, count), imgname=objects(names),
        global_orient=rng.normal(size=(count, 1, 3, 3)).astype(np.float32),  # never read: body_pose has it
        body_pose=rng.normal(0, 0.3, (count, 72)).astype(np.float32), has_body_pose=np.ones(count),
        has_betas=np.ones(count), body_keypoints_2d=_points(rng, count, 25, 2),
        extra_keypoints_2d=_points(rng, count, 19, 2),
        body_keypoints_3d=_points(rng, count, 25, 3) / 50, extra_keypoints_3d=_points(rng, count, 19, 3) / 50,
        body_opt_3d_joints=np.ones((count, 25, 1)), extra_opt_3d_joints=np.ones((count, 19, 1)))


def h36m_style(rng, names, lost_joint=19):
    """Matrices with an axis too many, five numbers a 3D point, and a zero matrix for the amputated elbow of person 0."""
    count = len(names)
    common = _common(rng, count)
    pose = rng.normal(0, 0.3, (count, 23, 3))
    matrices = Rotation.from_rotvec(pose.reshape(-1, 3)).as_matrix().reshape(count, 1, 23, 3, 3)
    matrices[0, 0, lost_joint - 1] = 0
    pose[0, lost_joint - 1] = 0
    root = rng.normal(0, 0.5, (count, 3))
    arrays = dict(
        imgname=np.array(names), center=common['center'], scale=common['scale'], ajahr_conf=np.zeros((count, 12), np.int64),
        global_orient=Rotation.from_rotvec(root).as_matrix().reshape(count, 1, 1, 3, 3).astype(np.float32),
        gt_2d_kpts=_points(rng, count, 44, 2)[:, None], gt_3d_kpts=rng.uniform(0.1, 1, (count, 1, 44, 5)).astype(np.float32),
        smpl_pose=matrices.astype(np.float32), smpl_shape=common['betas'][:, None], cam_t=rng.normal(size=(count, 1, 3)))
    return arrays, dict(root=root, pose=pose)


def write_a3d_official(root, count=3, seed=0):
    """All folders of both splits. Returns the arrays of COCO_train and of H36M/S1, and the known poses of the latter."""
    rng = np.random.default_rng(seed)
    told = {}
    folders = ['COCO_train', 'MPII', 'COCO_val', *(f'H36M/S{n}' for n in (1, 5, 6, 7, 8, 9, 11))]
    for folder in folders:
        word = folder.replace('/', '_').lower()
        names = [f'amp_{(4 + 5 * i) % 12}_{word}_{i:05d}.jpg' for i in range(count - 1)] + [f'{word}_{count - 1:05d}.jpg']
        for i, name in enumerate(names):
            write_picture(root / folder / 'Images' / name, seed + i)
        (root / folder / 'annotation').mkdir()
        arrays = h36m_style(rng, names) if 'H36M' in folder else coco_style(rng, names)
        told[folder] = arrays
        np.savez(root / folder / 'annotation' / f'{word}.npz', **(arrays[0] if 'H36M' in folder else arrays))
    return told


def write_itw(root, seed=1, labels=('3', [0, 8], 12, '10')):
    rng = np.random.default_rng(seed)
    names = [f'{i:03d}.jpg' for i in range(len(labels))]
    arrays = dict(coco_style(rng, names), labels=objects(list(labels)))
    for i, name in enumerate(names):
        write_picture(root / 'Images' / name, i, SIZE)
    (root / 'annotation').mkdir()
    np.savez(root / 'annotation' / 'itw.npz', **arrays)
    return arrays
