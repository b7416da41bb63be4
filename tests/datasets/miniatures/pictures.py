"""Pictures and people that the miniatures share. Nothing here is read from anywhere: all of it is drawn from a seed."""
import cv2
import numpy as np
from scipy.spatial.transform import Rotation

SIZE = (160, 120)  # width, height px
INTRINSICS = np.array([[200.0, 0, 80], [0, 200, 60], [0, 0, 1]])


def write_picture(path, seed=0, size=SIZE):
    """A smooth picture of ``size`` (width, height); its corner is white, so that turned ones can be told."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    picture = cv2.resize(rng.integers(0, 200, (6, 8, 3), dtype=np.uint8), size)
    picture[:8, :8] = 255
    cv2.imwrite(str(path), picture)


def joints(rng, count, points):
    """(count, points, 3) m in camera axes, 3 to 4 m away and inside the picture."""
    return rng.uniform([-0.6, -0.6, -0.2], [0.6, 0.6, 0.2], (count, points, 3)) + [0, 0, 3.5]


def pixels(points, intrinsics=INTRINSICS):
    """Camera points (…,3) -> px (…,2), written out instead of taken from the code under test."""
    u = intrinsics[0, 0] * points[..., 0] / points[..., 2] + intrinsics[0, 2]
    v = intrinsics[1, 1] * points[..., 1] / points[..., 2] + intrinsics[1, 2]
    return np.stack([u, v], -1)


def extrinsics(rng, count):
    """(count,4,4) world to camera; the camera turns and moves a little from frame to frame."""
    matrices = np.tile(np.eye(4), (count, 1, 1))
    matrices[:, :3, :3] = Rotation.from_rotvec(rng.normal(0, 0.4, (count, 3)) + [np.pi, 0, 0]).as_matrix()
    matrices[:, :3, 3] = rng.normal(0, 0.3, (count, 3)) + [0, 0, 0.5]
    return matrices


def to_world(points, matrices):
    """Camera points (N,K,3) -> world, by the inverse of extrinsics (N,4,4)."""
    inverse = np.linalg.inv(matrices)
    return np.einsum('nij,nkj->nki', inverse[:, :3, :3], points) + inverse[:, None, :3, 3]


def with_ones(points):
    return np.concatenate([points, np.ones((*points.shape[:-1], 1))], -1)


def objects(values):
    """An object array (N,), as np.savez makes of lists."""
    array = np.empty(len(values), object)
    array[:] = values
    return array
