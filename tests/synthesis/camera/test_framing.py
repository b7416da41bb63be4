import numpy as np
import pytest

from ajahr_mm.synthesis.camera.framing import MARGIN, NEAREST, frame_person, in_sight, place
from ajahr_mm.synthesis.records import View

NOBODY = np.zeros((0, 3))


def cloud(seed=0, stretch=(.5, 1.7, .8)):
    return np.random.default_rng(seed).uniform(-.5, .5, (2000, 3)) * stretch


def box(points, focal, size):
    pixels = points[:, :2] / points[:, 2:] * focal + size / 2
    return pixels.min(0), pixels.max(0)


@pytest.mark.parametrize('focal', [130., 256., 600., 5000.])
@pytest.mark.parametrize('fill, shift', [(.9, (0, 0)), (.5, (.2, -.1)), (.7, (-.1, .12))])
@pytest.mark.parametrize('size', [128, 256])
def test_the_box_of_the_person_fills_and_lies_exactly_as_asked(focal, fill, shift, size):
    for seed, stretch in enumerate([(.5, 1.7, .8), (1.6, .9, 1.2), (1., 1., .2)]):
        points = cloud(seed, stretch)
        moved = points + place(points.T, fill, np.array(shift), focal, size)
        assert moved[:, 2].min() >= NEAREST - 1e-9
        low, high = box(moved, focal, size)
        np.testing.assert_allclose((low + high) / 2 / size - .5, shift, atol=1e-3)
        if moved[:, 2].min() > NEAREST + 1e-6:
            np.testing.assert_allclose((high - low).max(), fill * size, rtol=2e-3)
        else:
            assert (high - low).max() < fill * size


def test_nobody_stands_in_the_lens():
    points = cloud(stretch=(.4, .4, 2.))
    moved = points + place(points.T, 1.6, np.zeros(2), 100., 256)
    np.testing.assert_allclose(moved[:, 2].min(), NEAREST)


@pytest.mark.parametrize('focal', [200., 5000.])
def test_a_frame_that_would_cut_off_the_end_of_a_limb_is_widened(focal):
    points = cloud()
    view = View(np.zeros(3), 1.6, np.array([.05, .3]), True, focal)
    lowest, highest = points[points[:, 1].argmax()], points[points[:, 1].argmin()]
    for keep in (np.stack([lowest]), np.stack([lowest, highest])):
        transl = frame_person(view, points, keep, 256)
        assert in_sight(keep + transl, focal, 256)
        low, high = box(points + transl, focal, 256)
        assert (high - low).max() < .89 * 256
    low, high = box(points + frame_person(view, points, NOBODY, 256), focal, 256)
    np.testing.assert_allclose((high - low).max(), 1.6 * 256, rtol=2e-3)


def test_what_is_in_sight():
    ray = np.array([[0, 0, 2.]])
    assert in_sight(ray, 100., 64) and not in_sight(-ray, 100., 64)
    edge = (32 - MARGIN) * 2 / 100
    assert in_sight(ray + [[edge - .01, 0, 0]], 100., 64) and not in_sight(ray + [[edge + .01, 0, 0]], 100., 64)
