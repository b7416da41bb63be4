import numpy as np
import pytest
import torch

from ajahr_mm.geometry.cameras import crop_to_full, project_to_crop
from ajahr_mm.synthesis.poses.weak_camera import solve_weak_camera, weak_camera_of

CENTER, SIZE = np.array([310., 205.]), 180.


def seen(camera, count=20, seed=0, depth=.3):
    """Points (K,3) of a person and their pixels (K,2) in a photograph, by the projection of the crop camera."""
    points = np.random.default_rng(seed).normal(size=(count, 3)) * [.3, .6, depth]
    crop = project_to_crop(torch.from_numpy(points)[None], torch.tensor([camera], dtype=torch.float64))[0].numpy()
    return points, (crop - 128) * (SIZE / 256) + CENTER


@pytest.mark.parametrize('camera', [(.9, 0., 0.), (.4, .3, -.2), (1.6, -.2, .1)])
def test_the_camera_of_exact_keypoints_is_found(camera):
    points, pixels = seen(camera)
    found, missed = solve_weak_camera(points, pixels, np.ones(20), CENTER, SIZE)
    np.testing.assert_allclose(found, camera, atol=1e-5)
    assert missed < 1e-6


def test_unknown_keypoints_do_not_count_and_doubtful_ones_count_less():
    points, pixels = seen((.9, .1, 0.))
    pixels[:5] = 0
    found, _ = solve_weak_camera(points, pixels, np.r_[np.zeros(5), np.ones(15)], CENTER, SIZE)
    np.testing.assert_allclose(found, [.9, .1, 0], atol=1e-5)
    errors = [abs(solve_weak_camera(points, pixels, np.r_[np.full(5, c), np.ones(15)], CENTER, SIZE)[0] - [.9, .1, 0]).max()
              for c in (.01, .1, 1.)]
    assert 0 < errors[0] < errors[1] < errors[2]


def test_it_is_the_best_of_all_cameras():
    """Against scipy's optimiser on the full projection, with noise on the keypoints."""
    from scipy.optimize import least_squares
    points, pixels = seen((.8, .05, -.1))
    pixels = pixels + np.random.default_rng(1).normal(0, 3, pixels.shape)

    def residual(camera):
        crop = project_to_crop(torch.from_numpy(points)[None], torch.tensor(camera)[None])[0].numpy()
        return (((crop - 128) * (SIZE / 256) + CENTER - pixels) / SIZE).ravel()
    best = least_squares(residual, [1., 0., 0.], x_scale=.1, xtol=1e-12, ftol=1e-12)
    found, missed = solve_weak_camera(points, pixels, np.ones(20), CENTER, SIZE)
    np.testing.assert_allclose(found, best.x, atol=2e-3)
    assert missed == pytest.approx(np.sqrt((residual(best.x) ** 2).sum() / 20), rel=1e-3)


@pytest.mark.parametrize('change, reason', [
    (lambda points, pixels, known: (points, pixels, known * (np.arange(20) < 2)), '2 keypoints are known'),
    (lambda points, pixels, known: (points * 0, pixels, known), 'fall together'),
    (lambda points, pixels, known: (points, pixels * 0 + 7, known), 'fall together'),
    (lambda points, pixels, known: (points, 2 * CENTER - pixels, known), 'upside-down'),
])
def test_what_says_nothing_about_a_camera_is_refused(change, reason):
    with pytest.raises(ValueError, match=reason):
        solve_weak_camera(*change(*seen((.9, 0., 0.)), np.ones(20)), CENTER, SIZE)


@pytest.mark.parametrize('focal', [0., 1500.])
def test_the_camera_of_a_placed_body_puts_it_where_it_was(focal):
    camera, shape = torch.tensor([[.85, .12, -.07]]), (480, 640)
    told = torch.tensor(CENTER[None], dtype=torch.float32), torch.tensor([SIZE])
    transl, assumed = crop_to_full(camera, *told, shape)
    if focal:
        transl[:, 2] *= focal / assumed
    found = weak_camera_of(transl[0].numpy(), focal, CENTER, SIZE, shape)
    np.testing.assert_allclose(found, camera[0], atol=1e-5)
