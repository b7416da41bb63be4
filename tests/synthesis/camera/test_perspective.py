import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.camera.perspective import PerspectiveView
from ajahr_mm.synthesis.records import Pose

POSE = Pose(np.zeros(69, np.float32), 0., 'test')
NOBODY = np.zeros((0, 3))


@pytest.fixture(scope='module')
def standing(surface):
    """Function: view -> vertices (V,3) of a standing person with that orientation."""
    return lambda view: Rotation.from_rotvec(view.global_orient).apply(surface.rest)


def drawn(count=80, size=256, **changes):
    part = PerspectiveView(**changes)
    return part, [part.sample(np.random.default_rng(seed), POSE, size) for seed in range(count)]


def test_fields_of_view_keep_their_range_and_up_is_up():
    _, views = drawn(field=(30., 70.), size=128)
    fields = np.rad2deg(2 * np.arctan(64 / np.array([view.focal for view in views])))
    assert 30 - 1e-3 < fields.min() < 36 and 62 < fields.max() < 70 + 1e-3
    for view in views:
        np.testing.assert_allclose(Rotation.from_rotvec(view.global_orient).apply([0, 1, 0]), view.up, atol=1e-6)


def test_everybody_is_before_the_camera_and_in_the_frame(standing):
    part, views = drawn(40)
    for view in views:
        vertices = standing(view)
        placed = vertices + part.frame(view, vertices, NOBODY, 256)
        assert placed[:, 2].min() > .2
        if not view.cropped:
            pixels = placed[:, :2] / placed[:, 2:] * view.focal + 128
            assert pixels.min() > -.1 * 256 and pixels.max() < 1.1 * 256
            np.testing.assert_allclose(np.ptp(pixels, axis=0).max(), view.fill * 256, rtol=5e-3)


def test_the_camera_stands_at_the_heights_asked_for(standing):
    for height in ((.5, .5001), (1.6, 1.6001), (2.6, 2.6001)):
        part, views = drawn(30, height=height, cropped=0., frontal_sigma=0., frontal=1.)
        found = []
        for view in views:
            vertices = standing(view)
            found.append(-((vertices + part.frame(view, vertices, NOBODY, 256)) @ view.up).min())
        assert abs(np.median(found) - height[0]) < .15
        assert np.abs(np.array(found) - height[0]).max() < .5


def test_near_cameras_distort():
    """The same person from the same side: by a wide lens, nearer parts are larger than by a long one."""
    rng = np.random.default_rng(0)
    points = rng.uniform(-.5, .5, (4000, 3)) * [.6, 1.7, .8]
    ratios = []
    for field in (70., 10.):
        part = PerspectiveView(field=(field, field), cropped=0., fill=(.9, .9), shift=0.)
        placed = points + part.frame(part.sample(np.random.default_rng(1), POSE, 256), points, NOBODY, 256)
        depth = placed[:, 2]
        ratios.append(np.percentile(depth, 98) / np.percentile(depth, 2))
    assert ratios[0] > 1.4 > 1.1 > ratios[1]


def test_absurd_lenses_are_refused():
    for field in ((0., 40.), (60., 40.), (40., 170.)):
        with pytest.raises(UserError, match='field of view'):
            PerspectiveView(field=field)


def test_the_same_generator_gives_the_same_view():
    first, second = drawn(2)[1][1], drawn(2)[1][1]
    np.testing.assert_array_equal(first.global_orient, second.global_orient)
    assert first.focal == second.focal
