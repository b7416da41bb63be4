import numpy as np
import torch

from ajahr_mm.geometry.cameras import weak_to_translation
from ajahr_mm.synthesis.camera.fit_view import FitView
from ajahr_mm.synthesis.camera.framing import in_sight
from ajahr_mm.synthesis.camera.viewpoint import RandomView
from ajahr_mm.synthesis.records import Place, Pose

PLACE = Place('photo.jpg', np.array([100., 80.]), 200., np.array([3., .2, -.1]), np.array([.9, .05, -.1]), np.zeros(10))
POINTS = np.random.default_rng(0).uniform(-.5, .5, (500, 3)) * [.5, 1.7, .4]
NOBODY = np.zeros((0, 3))


def pose(place=None) -> Pose:
    return Pose(np.zeros(69, np.float32), 12., 'test', place)


def part() -> FitView:
    return FitView(other=dict(type='RandomView'))


def test_a_fit_keeps_its_orientation_and_its_camera():
    view = part().sample(np.random.default_rng(0), pose(PLACE), 256)
    np.testing.assert_allclose(view.global_orient, PLACE.global_orient, rtol=1e-6)
    assert view.place is PLACE and not view.cropped
    expected = weak_to_translation(torch.from_numpy(PLACE.camera).float()[None], 256)[0].numpy()
    np.testing.assert_allclose(part().frame(view, POINTS, POINTS[:3] * .5, 256), expected, rtol=1e-6)


def test_poses_without_a_place_go_to_the_other_part():
    mine, other = (p.sample(np.random.default_rng(5), pose(), 256) for p in (part(), RandomView()))
    np.testing.assert_array_equal(mine.global_orient, other.global_orient)
    np.testing.assert_array_equal(part().frame(mine, POINTS, NOBODY, 256), RandomView().frame(other, POINTS, NOBODY, 256))


def test_ends_of_lost_limbs_come_into_the_frame_at_the_price_of_the_fit():
    close = PLACE._replace(camera=np.array([2.5, 0., .3]))
    view = part().sample(np.random.default_rng(0), pose(close), 256)
    keep = POINTS[POINTS[:, 1].argmax()][None]
    kept, moved = (part().frame(view, POINTS, points, 256) for points in (NOBODY, keep))
    assert not in_sight(keep + kept, view.focal, 256) and in_sight(keep + moved, view.focal, 256)


def test_a_fit_without_size_is_framed():
    view = part().sample(np.random.default_rng(0), pose(PLACE._replace(camera=np.array([0., 0., 0.]))), 256)
    pixels = POINTS + part().frame(view, POINTS, NOBODY, 256)
    pixels = pixels[:, :2] / pixels[:, 2:] * view.focal + 128
    np.testing.assert_allclose(np.ptp(pixels, axis=0).max(), .88 * 256, rtol=5e-3)
