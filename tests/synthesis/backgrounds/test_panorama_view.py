import numpy as np
import pytest

from ajahr_mm.synthesis.backgrounds.panorama_view import panorama_view

WIDTH = 1024


def whole(circle):
    """The panorama as views want it: half of it once more at the right."""
    return np.concatenate([circle, circle[:, :WIDTH // 2]], 1)


@pytest.mark.parametrize('fov, horizon', [(60, .3), (90, .5), (105, .26)])
def test_the_horizon_is_where_it_was_asked_for(fov, horizon):
    circle = np.zeros((WIDTH // 2, WIDTH, 3), np.uint8)
    circle[:WIDTH // 4] = 255
    image = panorama_view(fov, horizon, 200, WIDTH).look(whole(circle), 300)
    np.testing.assert_allclose((image[..., 0] > 127).sum(0), horizon * 200, atol=1)


@pytest.mark.parametrize('column', [0, 11, 500, WIDTH - 1])
def test_a_dot_lands_where_a_pinhole_camera_sees_it(column):
    view, fov, size = panorama_view(70, .4, 240, WIDTH), 70, 240
    focal = size / 2 / np.tan(np.deg2rad(fov) / 2)
    for right, down in ((0., .2), (.3, -.1), (-.4, .35)):          # angles of the dot from the column looked at, radians
        circle = np.zeros((WIDTH // 2, WIDTH, 3), np.uint8)
        x = int(round((column + right / (2 * np.pi) * WIDTH) % WIDTH))
        y = int(round((down / np.pi + .5) * WIDTH / 2))
        circle[y - 3:y + 4, np.arange(x - 3, x + 4) % WIDTH] = 255
        world = np.array([np.cos(down) * np.sin(right), np.sin(down), np.cos(down) * np.cos(right)])
        pitch = np.arctan2(.1 * size, focal)
        seen = (world[0], world[1] * np.cos(pitch) - world[2] * np.sin(pitch),
                world[1] * np.sin(pitch) + world[2] * np.cos(pitch))
        np.testing.assert_allclose(view.turn @ world, seen, atol=1e-12)
        rows, columns = np.nonzero(view.look(whole(circle), column)[..., 0] > 100)
        expected = np.array(seen[:2]) / seen[2] * focal + size / 2
        np.testing.assert_allclose([columns.mean() + .5, rows.mean() + .5], expected, atol=1.5)


def test_grain_roughens_the_ground_near_by_more_than_far_away_and_spares_the_sky():
    view, image = panorama_view(80, .4, 256, WIDTH), np.full((256, 256, 3), 120, np.uint8)
    view.add_grain(image, np.random.default_rng(0), .2)
    rough = image[..., 0].astype(float).std(1)
    assert not rough[:105].any() and rough[-40:].mean() > 2 * rough[120:135].mean() and rough[-40:].mean() > 8
    np.testing.assert_allclose(image[-80:].mean(), 120, atol=6)
