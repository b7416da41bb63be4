"""Bodies land on the pixels that the camera says."""
import numpy as np
import pytest

from ajahr_mm.visualization.badge import HEIGHT
from ajahr_mm.visualization.colors import PAPER, VERMILION
from ajahr_mm.visualization.overlay import MARGIN, BodyPainter

# An octahedron of 20 cm, faces outwards.
BALL = .2 * np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], np.float32)
FACES = np.array([[0, 2, 4], [2, 1, 4], [1, 3, 4], [3, 0, 4], [2, 0, 5], [1, 2, 5], [3, 1, 5], [0, 3, 5]])


@pytest.fixture(scope='module')
def painter():
    return BodyPainter(FACES, renderer='torch', panel=128)


def covered(image, background):
    ys, xs = np.nonzero((image != background).any(-1))
    return xs + .5, ys + .5


def test_a_body_is_painted_where_it_projects(painter):
    photo = np.full((90, 160, 3), 20, np.uint8)
    image = painter.paint(photo, BALL + [.5, -.1, 10], (500, 500, 80, 45))
    xs, ys = covered(image, photo)
    assert abs(xs.mean() - (80 + 500 * .05)) < 1 and abs(ys.mean() - (45 - 500 * .01)) < 1
    assert np.ptp(xs) == pytest.approx(20, abs=2)


def test_the_side_view_turns_by_a_quarter(painter):
    long = BALL * [.5, 1, 3]
    side = painter.side_view(long + [0, 0, 20.], np.array([0, 0, 20.]), (2000, 2000, 64, 64))
    xs, ys = covered(side, np.array(PAPER))
    assert np.ptp(xs) == pytest.approx(3 * np.ptp(ys), rel=.1) and abs(xs.mean() - 64) < 1 and abs(ys.mean() - 64) < 1


def result(extent=(3, 3, 3, 3), limbs=None):
    focal, translation = 2000., np.array([.3, .2, 20.])
    joints = np.tile(translation, (24, 1)) + [0, .1, 0]
    return dict(vertices=BALL + translation, camera=dict(focal=focal, principal_point=[100, 80], translation=translation),
                crop_center=[130, 100], crop_size=60., limb_extent=np.array(extent, float), amputation='collapse',
                intact_joints_3d=joints, limbs=limbs)


def test_a_person_is_photograph_body_side_and_badge(painter):
    photo = np.zeros((160, 200, 3), np.uint8)
    picture = painter.person(photo, result(), box=[110, 70, 150, 130])
    assert picture.shape == (128 + HEIGHT, 3 * 128, 3)
    # the ball stands at 100 + 2000*.3/20 = 130, 80 + 2000*.2/20 = 100: the centre of the crop
    body = picture[30:128, 128:256]
    ys, xs = np.nonzero(body.sum(-1) > 60)
    zoom = 128 / (60 * MARGIN)
    assert abs(xs.mean() - 64) < 1.5 and abs(ys.mean() + 30 - 64) < 1.5
    assert np.ptp(xs) == pytest.approx(.4 * 2000 / 20 * zoom, abs=3)
    assert (picture[30:128, :128] > 0).any(), 'the box is drawn on the photograph'


def test_a_lost_limb_gets_a_ring_at_its_end(painter):
    photo = np.zeros((160, 200, 3), np.uint8)
    plain, marked = painter.person(photo, result()), painter.person(photo, result(extent=(3, 3, 3, 1)))
    ring = (np.abs(marked[:128, 128:256].astype(int) - VERMILION).sum(-1) < 30)
    ring &= ~(np.abs(plain[:128, 128:256].astype(int) - VERMILION).sum(-1) < 30)
    ys, xs = np.nonzero(ring)
    zoom = 128 / (60 * MARGIN)
    assert abs(xs.mean() - 64) < 4 and abs(ys.mean() - (64 + .1 * 2000 / 20 * zoom)) < 8
    assert len(xs) > 20


def test_photographs_without_a_verdict_say_so(painter):
    photo = np.zeros((160, 200, 3), np.uint8)
    verdicts = {limb: dict(limb_class=0, probability=.9) for limb in ('left_arm', 'right_arm', 'left_leg', 'right_leg')}
    without, given = painter.person(photo, result()), painter.person(photo, result(limbs=verdicts))
    assert (without[128:] != given[128:]).any()
