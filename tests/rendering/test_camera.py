import numpy as np
import pytest
import torch

from ajahr_mm.geometry.cameras import crop_to_full, project, project_to_crop
from ajahr_mm.io.errors import UserError
from ajahr_mm.rendering import Camera

POINTS = torch.tensor([[[.1, -.2, 2.], [-.4, .3, 3.]], [[0., 0., 5.], [.5, .5, 4.]]])


def test_projection_is_the_matrix_K():
    camera = Camera([[500, 550, 120, 130], [400, 380, 90, 100]], (240, 260))
    for points, (fx, fy, cx, cy), got in zip(POINTS, camera.K, camera.project(POINTS)):
        homogeneous = np.array([[fx, 0, cx], [0, fy, cy], [0, 0, 1]]) @ points.numpy().T
        np.testing.assert_allclose(got[:, :2], (homogeneous[:2] / homogeneous[2]).T, rtol=1e-5)
        np.testing.assert_allclose(got[:, 2], 1 / homogeneous[2], rtol=1e-6)


def test_weak_camera_is_the_projection_of_the_geometry_room():
    body = torch.rand(2, 30, 3, generator=torch.Generator().manual_seed(0)) - .5
    weak = torch.tensor([[.9, .05, -.1], [1.2, 0., .2]])
    camera, translation = Camera.from_weak(weak, 5000., 256)
    ours = camera.project(body + translation[:, None])[..., :2] - .5  # there, pixel centres are whole numbers
    torch.testing.assert_close(ours, project_to_crop(body, weak), rtol=0, atol=1e-3)


def test_weak_camera_of_numpy_and_of_another_crop_size():
    camera, translation = Camera.from_weak(np.array([[.8, 0, 0]]), 1000., (224, 224))
    assert camera.size == (224, 224) and camera.K.tolist() == [[1000, 1000, 112.5, 112.5]]
    assert translation[0, 2].item() == pytest.approx(2 * 1000 / (224 * .8))


def test_full_image_camera_of_the_geometry_room_is_a_pinhole():
    translation, focal = crop_to_full(torch.tensor([[.9, .1, 0]]), torch.tensor([[300., 200.]]), torch.tensor([180.]),
                                      (400, 640))
    camera = Camera.pinhole(focal, (400, 640))
    torch.testing.assert_close(camera.project(translation[:, None])[..., :2],
                               project(translation[:, None], focal, (320., 200.)))


def test_opencv_counts_pixel_centres_as_whole_numbers():
    camera = Camera.from_opencv([[500, 550, 120, 130]], (240, 260))
    assert camera.K.tolist() == [[500, 550, 120.5, 130.5]] and camera.size == (240, 260)


def test_size_may_be_a_numpy_number():
    camera, _ = Camera.from_weak(torch.ones(1, 3), 5000., np.int64(128))
    assert camera.size == (128, 128)


def test_pinhole_spreads_focal_and_center_over_the_batch():
    camera = Camera.pinhole([500, 600], (100, 200))
    assert camera.K.tolist() == [[500, 500, 100, 50], [600, 600, 100, 50]]
    camera = Camera.pinhole(500, (100, 200), [[1, 2], [3, 4]])
    assert camera.K.tolist() == [[500, 500, 1, 2], [500, 500, 3, 4]]


def test_points_at_or_behind_the_camera_have_no_depth():
    flat = Camera([500, 500, 50, 50], (100, 100)).project(torch.tensor([[[.1, .1, 0], [.1, .1, -1]]]))
    assert torch.isfinite(flat).all() and (flat[..., 2] == 0).all()


@pytest.mark.parametrize('make, said', [
    (lambda: Camera([0, 500, 1, 1], (9, 9)), 'positive focal'),
    (lambda: Camera([500, 500, float('nan'), 1], (9, 9)), 'finite'),
    (lambda: Camera([500, 500, 1, 1], (0, 9)), 'at least one pixel'),
    (lambda: Camera([500, 500, 1, 1], (9.5, 9)), r'two whole numbers \(H, W\), got \(9.5, 9\)'),
    (lambda: Camera([500, 500, 1, 1], 9), 'two whole numbers'),
    (lambda: Camera(np.eye(3), (9, 9)), r'Camera.K has shape \(3, 3\)'),
    (lambda: Camera.from_weak(torch.ones(1, 3), 5000., (256, 192)), 'square'),
])
def test_refusals(make, said):
    with pytest.raises(UserError, match=said):
        make()
