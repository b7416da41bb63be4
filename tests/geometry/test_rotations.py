import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from ajahr_mm.geometry import rotations

VECTORS = torch.from_numpy(np.random.default_rng(0).normal(size=(500, 3)) * 1.5)


def test_axis_angle_matches_scipy_both_ways():
    matrices = rotations.axis_angle_to_matrix(VECTORS)
    np.testing.assert_allclose(matrices, Rotation.from_rotvec(VECTORS).as_matrix(), atol=1e-12)
    np.testing.assert_allclose(rotations.matrix_to_axis_angle(matrices), Rotation.from_matrix(matrices).as_rotvec(),
                               atol=1e-10)


@pytest.mark.parametrize('angle', [0.0, 1e-9, 1e-4, np.pi - 1e-6, np.pi])
def test_round_trip_at_the_hard_angles(angle):
    axes = torch.from_numpy(Rotation.random(20, random_state=1).as_matrix()[:, 0])
    matrices = rotations.axis_angle_to_matrix(axes * angle)
    again = rotations.axis_angle_to_matrix(rotations.matrix_to_axis_angle(matrices))
    torch.testing.assert_close(again, matrices, atol=1e-9, rtol=0)


def test_gradient_at_zero_is_finite_and_right():
    zero = torch.zeros(2, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(rotations.axis_angle_to_matrix, zero)


@pytest.mark.parametrize('layout', rotations.LAYOUTS)
def test_sixd_round_trip(layout):
    matrices = rotations.axis_angle_to_matrix(VECTORS)
    sixd = rotations.matrix_to_sixd(matrices, layout)
    torch.testing.assert_close(rotations.sixd_to_matrix(sixd, layout), matrices)


def test_sixd_layouts_read_the_matrix_as_named():
    matrix = torch.arange(9.0).reshape(1, 3, 3)
    assert rotations.matrix_to_sixd(matrix, 'row').tolist() == [[0, 1, 2, 3, 4, 5]]
    assert rotations.matrix_to_sixd(matrix, 'column').tolist() == [[0, 3, 6, 1, 4, 7]]
    assert rotations.matrix_to_sixd(matrix, 'interleaved').tolist() == [[0, 1, 3, 4, 6, 7]]
    with pytest.raises(ValueError, match='diagonal'):
        rotations.matrix_to_sixd(matrix, 'diagonal')


def test_any_sixd_gives_a_rotation():
    matrices = rotations.sixd_to_matrix(torch.from_numpy(np.random.default_rng(3).normal(size=(50, 6))))
    eye = torch.eye(3, dtype=torch.float64).expand(50, 3, 3)
    torch.testing.assert_close(matrices @ matrices.transpose(1, 2), eye)
    torch.testing.assert_close(torch.linalg.det(matrices), torch.ones(50, dtype=torch.float64))


def test_mean_rotation_matches_scipy():
    matrices = Rotation.random(40, random_state=2).as_matrix()
    expected = Rotation.from_matrix(matrices).mean().as_matrix()
    np.testing.assert_allclose(rotations.mean_rotation(torch.from_numpy(matrices)), expected, atol=1e-9)


def test_flip_rotation_mirrors_the_rotated_points():
    matrix = rotations.axis_angle_to_matrix(VECTORS[:20])
    points, mirror = torch.randn(20, 3, dtype=torch.float64), torch.tensor([-1.0, 1, 1], dtype=torch.float64)
    mirrored = torch.einsum('bij,bj->bi', rotations.flip_rotation(matrix), points * mirror)
    torch.testing.assert_close(mirrored, torch.einsum('bij,bj->bi', matrix, points) * mirror)
