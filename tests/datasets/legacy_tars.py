"""Miniatures of the public HMR2 tars: pictures with a pickled list of people beside each."""
import io
import pickle
import tarfile

import cv2
import numpy as np


def person(rng, loss=100.0, numpy_flags=True):
    flag = np.float32 if numpy_flags else bool
    return dict(
        keypoints_2d=rng.random((44, 3)).astype(np.float32) * [200, 160, 1], keypoints_3d=rng.random((44, 4)),
        center=rng.uniform(60, 100, 2), scale=rng.uniform(.3, .6, 2), body_pose=rng.normal(0, .3, 72).astype(np.float32),
        betas=rng.normal(size=10).astype(np.float32), has_body_pose=flag(1), has_betas=flag(1),
        personid=int(rng.integers(9)), extra_info=dict(detection_npz_idx=0, fitting_loss=np.array(dict(reprojection_loss=loss), object)))


def jpeg(rng, shape=(160, 200)):
    return cv2.imencode('.jpg', rng.integers(0, 255, (*shape, 3), dtype=np.uint8))[1].tobytes()


def add(tar, name, data):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    tar.addfile(info, io.BytesIO(data))


def write_legacy(path, counts=(1, 2, 1), seed=0, pictures=None, pickles=None, masks=False):
    """Writes a tar and returns its people in order. ``pictures`` and ``pickles``: number -> bytes to put instead."""
    rng = np.random.default_rng(seed)
    everybody = []
    with tarfile.open(path, 'w') as tar:
        for i, count in enumerate(counts):
            people = [person(rng, loss=100.0 + i) for _ in range(count)]
            add(tar, f'{path.stem}_{i:04d}.jpg', (pictures or {}).get(i, jpeg(rng)))
            add(tar, f'{path.stem}_{i:04d}.data.pyd', (pickles or {}).get(i, pickle.dumps(people, protocol=2 + i % 3)))
            if masks:
                buffer = io.BytesIO()
                np.savez(buffer, masks=np.ones((1, 4, 4), bool))
                add(tar, f'{path.stem}_{i:04d}.detection.npz', buffer.getvalue())
            everybody += people
    return everybody
