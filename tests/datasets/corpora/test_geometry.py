"""Boxes, cameras and rotations against scipy and against a body that is moved."""
import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from ajahr_mm.body_models.body_model import BodyModel
from ajahr_mm.datasets.corpora import geometry
from ajahr_mm.geometry.boxes import square_box


def test_boxes():
    points = np.array([[[10, 20, 1], [30, 80, 0.5], [500, 500, 0]], [[1, 2, 0], [3, 4, 0], [5, 6, 0]]], float)
    center, size = geometry.box_of_points(points)
    np.testing.assert_allclose(center[0], [20, 50])
    np.testing.assert_allclose(size[0], 1.2 * 60)
    assert np.isnan(size[1])  # somebody without a point has no box
    sides = np.array([[60.0, 40], [30, 90]])
    expected = [square_box([0, 0, *side])[1] for side in sides]
    np.testing.assert_allclose(geometry.hmr2_size(sides), expected)
    np.testing.assert_allclose(geometry.hmr2_size(np.array([[60.0]])), square_box([0, 0, 60, 60])[1])


@pytest.mark.parametrize('unit,scale,expected',
                         [('auto', 90.0, 90.0), ('auto', 0.45, 90.0), ('px', 2.0, 2.0), ('200px', 20.0, 4000.0)])
def test_scale(unit, scale, expected):
    np.testing.assert_allclose(geometry.scale_to_px(np.full((4, 1), scale), unit), expected)


def test_rotations_are_those_of_scipy_with_zero_matrices_and_nan():
    vectors = np.random.default_rng(0).normal(size=(6, 3))
    matrices = geometry.to_matrix(vectors)
    np.testing.assert_allclose(matrices, Rotation.from_rotvec(vectors).as_matrix())
    matrices[2], matrices[3] = 0, np.nan
    back = geometry.to_axis_angle(matrices)
    assert not back[2].any() and np.isnan(back[3]).all()
    kept = [0, 1, 4, 5]
    np.testing.assert_allclose(Rotation.from_rotvec(back[kept]).as_matrix(), matrices[kept], atol=1e-6)
    assert np.isnan(geometry.to_matrix(back[3])).all()


def test_a_body_moved_by_its_parameters_is_the_body_moved_by_the_camera():
    """R X(theta, t) + T for every joint, as SMPL with the turned root and the camera's translation gives it."""
    rng = np.random.default_rng(1)
    body = BodyModel('open').eval()
    extrinsics = np.tile(np.eye(4), (3, 1, 1))
    extrinsics[:, :3, :3], extrinsics[:, :3, 3] = Rotation.random(3, random_state=0).as_matrix(), rng.normal(size=(3, 3))
    root, transl, betas = rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), rng.normal(size=(3, 10))
    pose = torch.from_numpy(Rotation.from_rotvec(rng.normal(0, 0.3, (69, 3))).as_matrix().reshape(3, 23, 3, 3)).float()

    def joints(root, transl):
        matrix = torch.from_numpy(geometry.to_matrix(root)).float()
        return body(matrix, pose, torch.from_numpy(betas).float(), torch.from_numpy(transl).float(),
                    with_vertices=False).joints.numpy()
    offset = joints(root, np.zeros((3, 3)))[:, 0]
    moved = joints(geometry.turn_root(root, extrinsics[:, :3, :3]), geometry.camera_transl(transl, offset, extrinsics))
    np.testing.assert_allclose(moved, geometry.to_camera(joints(root, transl), extrinsics), atol=1e-5)


def test_projection():
    points = np.array([[[1.0, -0.5, 4], [0, 0, -1]]])
    found = geometry.project(points, np.array([[500.0, 0, 320], [0, 400, 240], [0, 0, 1]]))
    np.testing.assert_allclose(found[0, 0], [500 / 4 + 320, -200 / 4 + 240, 1])
    assert not found[0, 1].any()  # behind the camera


def test_the_pelvis_is_found_from_where_it_is_seen():
    rng = np.random.default_rng(2)
    offset, intrinsics = np.array([0.02, -0.31, 0.05]), np.array([[900.0, 0, 500], [0, 900, 400], [0, 0, 1]])
    extrinsics = np.tile(np.eye(4), (40, 1, 1))
    extrinsics[:, :3, :3] = Rotation.from_rotvec(rng.normal(0, 0.5, (40, 3))).as_matrix()
    camera = rng.uniform([-0.5, -0.5, 3], [0.5, 0.5, 5], (40, 3))
    extrinsics[:, :3, 3] = rng.normal(size=(40, 3))
    world = np.einsum('nji,nj->ni', extrinsics[:, :3, :3], camera - extrinsics[:, :3, 3])
    seen = geometry.project(camera[:, None], intrinsics)[:, 0, :2]
    np.testing.assert_allclose(geometry.pelvis_offset(seen, world - offset, extrinsics, intrinsics), offset, atol=1e-3)
    # A camera and a person that stand still leave the depth open: the guess settles it, and nothing explodes.
    still = geometry.pelvis_offset(np.tile(seen[:1], (5, 1)), np.tile(world[:1] - offset, (5, 1)),
                                   np.tile(extrinsics[:1], (5, 1, 1)),
                                   intrinsics)
    assert np.linalg.norm(still - offset) < 0.3
