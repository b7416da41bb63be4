"""Posed open bodies, and rays through them: what is hidden is counted triangle by triangle, without any depth map."""
import numpy as np
import pytest

#: joints (of body_pose) and turns in radians: arms down; one arm before the chest; sitting with a hand at the face
POSES = ({15: (0, 0, -1.2), 16: (0, 0, 1.2)},
         {15: (0, -1.1, -.5), 17: (0, -1.3, 0), 16: (0, 0, 1.1), 0: (-.5, 0, 0)},
         {0: (-1.5, 0, .1), 1: (-1.5, 0, -.1), 3: (1.4, 0, 0), 4: (1.4, 0, 0), 15: (0, -1., -.6), 17: (0, -2.2, 0),
          16: (0, 0, 1.2)})


@pytest.fixture(scope='session')
def bodies(surface):
    """Vertices and normals (3,V,3) in camera axes, 4 m away, of three poses seen from the front."""
    import torch

    from ajahr_mm.body_models import build_body
    from ajahr_mm.geometry.rotations import axis_angle_to_matrix
    from ajahr_mm.synthesis.lighting.normals import VertexNormals
    turns = torch.zeros(len(POSES), 23, 3)
    for turn, pose in zip(turns, POSES):
        for joint, angle in pose.items():
            turn[joint] = torch.tensor(angle, dtype=torch.float32)
    orient = axis_angle_to_matrix(torch.tensor([[np.pi, 0, 0]], dtype=torch.float32)).expand(len(POSES), 3, 3)
    with torch.no_grad():
        out = build_body('open')(orient, axis_angle_to_matrix(turns), torch.zeros(len(POSES), 10))
    vertices = out.vertices.numpy() + np.float32([0, 0, 4])
    return vertices, VertexNormals(surface.faces, vertices.shape[1])(vertices)


@pytest.fixture(scope='session')
def is_hidden():
    """Function: origins (N,3), direction (3,), vertices (V,3), faces (F,3) -> (N,) bool, a triangle farther than ``beyond``
    metres is in the way."""
    def test(origins, direction, vertices, faces, beyond=.004):
        direction = direction / np.linalg.norm(direction)
        across = np.linalg.svd(direction[None])[2][1:]
        flat, points = (vertices @ across.T)[faces], origins @ across.T
        low, high = flat.min(1), flat.max(1)
        which, near = np.nonzero((low[None, :, 0] <= points[:, None, 0]) & (high[None, :, 0] >= points[:, None, 0])
                                 & (low[None, :, 1] <= points[:, None, 1]) & (high[None, :, 1] >= points[:, None, 1]))
        a, b, c = (flat[near, k] - points[which] for k in range(3))
        areas = np.stack([p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0] for p, q in ((b, c), (c, a), (a, b))], 1)
        inside = ((areas >= 0).all(1) | (areas <= 0).all(1)) & (areas.sum(1) != 0)
        which, near, weights = which[inside], near[inside], areas[inside] / areas[inside].sum(1, keepdims=True)
        ahead = (weights * (vertices @ direction)[faces[near]]).sum(1) - (origins @ direction)[which]
        hidden = np.zeros(len(origins), bool)
        hidden[which[ahead > beyond]] = True
        return hidden
    return test
