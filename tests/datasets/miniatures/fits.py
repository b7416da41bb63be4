"""npz with SMPL fits that circulate: HMR2, SPIN, TokenHMR's EMDB, HumanData of mmhuman3d."""
import numpy as np

from .pictures import SIZE, write_picture


def _write(path, arrays, names):
    for i, name in enumerate(names):
        write_picture(path.parent / name, i, SIZE)
    np.savez(path, **arrays)
    return arrays


def _people(rng, count):
    names = [f'images/{i:04d}.jpg' for i in range(count)]
    return names, rng.uniform(50, 80, (count, 2)), rng.normal(0, 0.3, (count, 72)), rng.normal(size=(count, 10))


def _points(rng, count, number, axes=2):
    points = rng.uniform(5, 100, (count, number, axes + 1))
    points[..., -1] = 1
    return points


def write_hmr2(path, count=3, seed=0, scale_columns=2, names_as_bytes=True):
    """Boxes in px, width and height."""
    rng = np.random.default_rng(seed)
    names, center, pose, betas = _people(rng, count)
    return _write(path, dict(
        imgname=np.array(names, 'S' if names_as_bytes else 'U'), center=center,
        scale=rng.uniform(50, 90, (count, scale_columns)),
        body_pose=pose, betas=betas, has_body_pose=np.ones(count), has_betas=np.array([1.0, 0, 1])[:count],
        body_keypoints_2d=_points(rng, count, 25), extra_keypoints_2d=_points(rng, count, 19),
        body_keypoints_3d=_points(rng, count, 25, 3), extra_keypoints_3d=_points(rng, count, 19, 3)), names)


def write_tokenhmr_emdb(path, count=3, seed=0):
    """Boxes in units of 200 px."""
    rng = np.random.default_rng(seed)
    names, center, pose, betas = _people(rng, count)
    return _write(path, dict(
        imgname=np.array(names), center=center, scale=rng.uniform(0.3, 0.5, (count, 2)), body_pose=pose, betas=betas,
        has_body_pose=np.ones(count), has_betas=np.ones(count), keypoints_2d=_points(rng, count, 44),
        gender=np.array(['m', 'f', 'neutral'])[:count]), names)


def write_spin(path, count=3, seed=0):
    """Square boxes in units of 200 px; 24 points, of which SPIN's own are the first 19, and OpenPose's 25 beside them."""
    rng = np.random.default_rng(seed)
    names, center, pose, betas = _people(rng, count)
    detected = _points(rng, count, 25)
    detected[:, 4] = 0
    return _write(path, dict(
        imgname=np.array(names), center=center, scale=rng.uniform(0.3, 0.5, count), part=_points(rng, count, 24),
        S=_points(rng, count, 24, 3), openpose=detected, pose=pose, shape=betas, has_smpl=np.array([1, 0, 1])[:count]),
                  names)


def write_human_data(path, count=3, seed=0, compressed=True, points=(16, 17, 18, 19, 20, 21, 144, 145, 4, 5, 7, 8, 12)):
    """Shoulders … ankles under the names that COCO and SMPL-X share, hips under those of J_regressor_extra."""
    rng = np.random.default_rng(seed)
    names, _, pose, betas = _people(rng, count)
    mask = np.zeros(190, np.uint8)
    mask[list(points)] = 1
    flat, space = np.zeros((count, 190, 3)), np.zeros((count, 190, 4))
    flat[:, list(points)] = _points(rng, count, len(points))
    space[:, list(points)] = _points(rng, count, len(points), 3) / 50
    arrays = dict(
        image_path=np.array(names), bbox_xywh=np.tile([20.0, 10, 60, 80, 1], (count, 1)),
        keypoints2d=flat[:, mask > 0] if compressed else flat, keypoints2d_mask=mask,
        keypoints3d=space[:, mask > 0] if compressed else space, keypoints3d_mask=mask,
        smpl=dict(global_orient=pose[:, :3], body_pose=pose[:, 3:].reshape(count, 23, 3), betas=betas),
        meta=dict(gender=['f', 'm', 'n'][:count]), config='coco', __key_strict__=False, __data_len__=count,
        __keypoints_compressed__=compressed)
    _write(path, arrays, names)
    return dict(arrays, flat=flat, space=space, pose=pose)
