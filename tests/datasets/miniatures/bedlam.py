"""BEDLAM: an npz a scene with SMPL or SMPL-X labels, and TokenHMR's tars."""
import pickle
import tarfile

import cv2
import numpy as np

from ..legacy_tars import add, jpeg
from .pictures import INTRINSICS, write_picture

CLOSEUP = '20221011_1_250_batch01hand_closeup_suburb_a_6fps'
STATIC = '20221010_3_1000_batch01hand_6fps'


def scene(rng, count, numbers=72):
    """The arrays of a scene; ``numbers`` of a pose: 72 SMPL, 165 SMPL-X."""
    extrinsics = np.tile(np.eye(4), (count, 1, 1))
    extrinsics[:, :3, 3] = rng.normal(0, 0.1, (count, 3)) + [0, 0.3, 4]
    points = rng.uniform(5, 100, (count, 24 if numbers == 72 else 127, 3))
    points[..., 2] = 1
    return dict(
        imgname=np.array([f'seq_000000/seq_000000_{5 * i:04d}.png' for i in range(count)]),
        center=rng.uniform(50, 70, (count, 2)), scale=rng.uniform(0.3, 0.5, count),
        pose_cam=rng.normal(0, 0.3, (count, numbers)),
        pose_world=np.zeros((count, numbers)), shape=rng.normal(size=(count, 10 if numbers == 72 else 11)),
        trans_cam=rng.normal(0, 0.1, (count, 3)), trans_world=np.zeros((count, 3)), gtkps=points,
        cam_int=np.tile(INTRINSICS, (count, 1, 1)), cam_ext=extrinsics, gender=np.array(['male'] * count),
        proj_verts=np.zeros((count, 437, 2)), sub=np.array(['rp_aaron'] * count))


def write_bedlam(root, count=3, seed=0, numbers=72, folder='all_npz_12_smpl_training'):
    """A close-up scene, whose pictures lie on their side, another one, and one of AGORA that is not to be read."""
    rng = np.random.default_rng(seed)
    (root / folder).mkdir(parents=True)
    told = {}
    for name in (CLOSEUP, STATIC, 'agora-body'):
        told[name] = scene(rng, count, numbers)
        np.savez(root / folder / f'{name}.npz', **told[name])
        for i, picture in enumerate(told[name]['imgname']):
            size = (120, 160) if name == CLOSEUP else (160, 120)
            write_picture(root / 'training_images' / name / 'png' / picture, i, size)
    return told


def write_bedlam_tar(path, count=2, seed=0):
    """TokenHMR's: a person dict a picture; close-ups have the word in their key."""
    rng = np.random.default_rng(seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = scene(rng, count)
    with tarfile.open(path, 'w') as tar:
        for i in range(count):
            key = f'{"closeup" if i == 0 else "static"}_{i:04d}'
            person = {name: value[i] for name, value in arrays.items() if name not in ('imgname', 'sub')}
            add(tar, f'{key}.jpg', jpeg(rng) if i else cv2.imencode('.jpg', np.zeros((200, 160, 3), np.uint8))[1].tobytes())
            add(tar, f'{key}.data.pyd', pickle.dumps([person]))
    return arrays
