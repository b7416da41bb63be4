from pathlib import Path

import numpy as np
import torch

import ajahr_mm

from ajahr_mm.anatomy.keypoints import HMR44, LIMB12_IN_HMR44
from ajahr_mm.body_models import build_body
from ajahr_mm.geometry.rotations import axis_angle_to_matrix
from ajahr_mm.synthesis.poses.keypoint_body import KeypointBody

OPEN_BODY = Path(ajahr_mm.__file__).parent / 'assets/open_body.npz'


def as_tensor(values, *shape):
    return torch.from_numpy(np.float32(values)).reshape(1, *shape)


def test_keypoints_are_those_of_the_body_model():
    body, fast, rng = build_body('open'), KeypointBody(), np.random.default_rng(0)
    for _ in range(5):
        orient, pose = rng.normal(size=3), rng.normal(0, .5, 69)
        turned = (axis_angle_to_matrix(as_tensor(orient, 3)), axis_angle_to_matrix(as_tensor(pose, 23, 3)))
        out = body(*turned, torch.zeros(1, 10))
        found = fast.keypoints(orient, pose, np.ones(10))       # SMPL's shape means nothing to the open body
        np.testing.assert_allclose(found[fast.known], out.keypoints[0].numpy()[fast.known], atol=1e-5)


def test_all_limb_joints_are_known_and_the_face_is_not():
    known = KeypointBody().known
    assert known[list(LIMB12_IN_HMR44)].all() and not known[HMR44.index('nose')] and not known[HMR44.index('left_heel')]


def test_a_file_in_smpl_layout_has_its_own_shapes(tmp_path):
    from ajahr_mm.body_models.assets import load_body
    whole = load_body('open')
    path = tmp_path / 'own.npz'
    np.savez(path, v_template=whole.v_template, shapedirs=whole.shapedirs, weights=whole.weights,
             J_regressor=whole.J_regressor, f=whole.faces, kintree_table=np.load(OPEN_BODY)['kintree_table'])
    fast = KeypointBody(dict(source=str(path)))
    assert fast.has_shape
    body, betas = build_body(str(path)), np.random.default_rng(1).normal(size=10)
    eye = torch.eye(3).expand(1, 24, 3, 3)
    expected = body(eye[:, 0], eye[:, 1:], as_tensor(betas, 10)).keypoints[0].numpy()
    np.testing.assert_allclose(fast.keypoints(np.zeros(3), np.zeros(69), betas)[fast.known], expected[fast.known], atol=1e-5)
