import torch

from ajahr_mm.geometry import cameras


def test_weak_camera_round_trip():
    camera = torch.tensor([[0.9, 0.1, -0.2], [1.3, 0.0, 0.4]])
    torch.testing.assert_close(cameras.translation_to_weak(cameras.weak_to_translation(camera)), camera)


def test_scale_is_half_the_crop_per_metre():
    # With s = 1 a metre at the body's depth spans half of the crop.
    points = torch.tensor([[[0.0, 0, 0], [1.0, 0, 0]]])
    pixels = cameras.project_to_crop(points, torch.tensor([[1.0, 0.0, 0.0]]))
    torch.testing.assert_close(pixels, torch.tensor([[[128.0, 128.0], [256.0, 128.0]]]))


def test_projection_matches_the_pinhole_matrix():
    points = torch.rand(3, 5, 3, dtype=torch.float64) + torch.tensor([0, 0, 2.0], dtype=torch.float64)
    k = torch.tensor([[700.0, 0, 100], [0, 650, 90], [0, 0, 1]], dtype=torch.float64)
    expected = points @ k.T
    expected = expected[..., :2] / expected[..., 2:]
    focal = torch.tensor([[700.0, 650.0]] * 3, dtype=torch.float64)
    torch.testing.assert_close(cameras.project(points, focal, (100.0, 90.0)), expected)


def test_full_image_camera_shows_the_body_where_the_crop_did():
    points = torch.randn(2, 8, 3, dtype=torch.float64) * 0.3
    points[..., 2] = 0  # in the body's plane both cameras agree exactly
    camera = torch.tensor([[0.8, 0.1, -0.1], [1.1, -0.3, 0.2]], dtype=torch.float64)
    center = torch.tensor([[300.0, 200.0], [500.0, 350.0]], dtype=torch.float64)
    size = torch.tensor([260.0, 400.0], dtype=torch.float64)
    translation, focal = cameras.crop_to_full(camera, center, size, (480, 640))
    full = cameras.project(points + translation[:, None], focal, (320.0, 240.0))
    crop = cameras.project_to_crop(points, camera)
    in_full = (crop / 256 - 0.5) * size[:, None, None] + center[:, None]
    torch.testing.assert_close(full, in_full, atol=1e-6, rtol=0)


def test_points_behind_the_camera_are_finite():
    pixels = cameras.project(torch.tensor([[[0.0, 1.0, -1.0], [1.0, 1.0, 0.0]]]), 500.0, (0.0, 0.0))
    assert torch.isfinite(pixels).all()
