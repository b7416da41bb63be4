"""Against the crop itself: what the camera of the photograph sees must land where the warped photograph shows it."""
import numpy as np
import pytest
import torch

from ajahr_mm.geometry.box_camera import BoxCamera
from ajahr_mm.geometry.boxes import apply_affine, crop_affine
from ajahr_mm.geometry.cameras import crop_to_full, project
from ajahr_mm.geometry.rotations import axis_angle_to_matrix

SHAPE, CENTER, SIZE, CROP = (720, 1280), (1000.0, 200.0), 300.0, 224


def camera_of(rotation=0.0, focal=None):
    return BoxCamera.of_crop(SHAPE, SIZE, crop_affine(CENTER, SIZE, CROP, rotation), CROP, focal)


def test_information_of_an_upright_box():
    """[(cx - W/2) / f, (cy - H/2) / f, b / f] with the diagonal for f."""
    diagonal = np.hypot(*SHAPE)
    expected = np.array([1000 - 640, 200 - 360, 300]) / diagonal
    np.testing.assert_allclose(camera_of().information()[0], expected, atol=1e-6)
    np.testing.assert_allclose(camera_of(focal=1000.0).information()[0], expected * diagonal / 1000, atol=1e-6)


def test_same_place_as_the_rule_of_hmr2_for_its_focal_length():
    weak = torch.tensor([[0.8, 0.1, -0.2]])
    place, focal = crop_to_full(weak, torch.tensor([CENTER]), torch.tensor([SIZE]), SHAPE)
    torch.testing.assert_close(camera_of(focal=focal).translation(weak), place, atol=1e-4, rtol=1e-5)


@pytest.mark.parametrize('rotation', [0.0, 35.0, -120.0])
def test_projection_lands_where_the_crop_shows_the_point(rotation):
    """A turned crop is one of a turned camera: points, placed before the camera, are turned about its axis first."""
    camera, weak = camera_of(rotation, 900.0), torch.tensor([[0.9, 0.05, -0.1]])
    points = 0.5 * torch.randn(1, 20, 3, generator=torch.Generator().manual_seed(0))
    placed = points + camera.translation(weak)[:, None]
    angle = np.deg2rad(-rotation)
    back = axis_angle_to_matrix(torch.tensor([0, 0, angle], dtype=torch.float32))
    in_photograph = project(placed @ back.T, 900.0, (SHAPE[1] / 2, SHAPE[0] / 2))[0].numpy()
    expected = apply_affine(in_photograph, crop_affine(CENTER, SIZE, CROP, rotation))
    np.testing.assert_allclose(camera.project_to_crop(points, weak, CROP)[0], expected, atol=2e-2)


def test_batches():
    both = BoxCamera.stack([camera_of(), camera_of(focal=500.0)]).to('cpu')
    assert both.focal.shape == (2,) and both.offset.shape == (2, 2) and both.focal[1] == 500
    torch.testing.assert_close(both.information()[:1], camera_of().information())
