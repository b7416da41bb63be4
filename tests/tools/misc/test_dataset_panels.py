import sys
from pathlib import Path

import numpy as np
import pytest

from ajahr_mm.anatomy.keypoints import ABSENT, HMR44, OCCLUDED, missing_keypoints
from ajahr_mm.body_models import build_body
from ajahr_mm.visualization.colors import GREY, VERMILION

sys.path.insert(0, str(Path(__file__).parents[3] / 'tools/misc'))
dataset_panels = pytest.importorskip('dataset_panels')
SIZE = 256
WRIST, KNEE = HMR44.index('left_wrist'), HMR44.index('right_knee')


@pytest.fixture(scope='module')
def panels():
    return dataset_panels.DatasetPanels(build_body('open'), SIZE)


def sample(**changed):
    """The packaged body in T-pose, upright in the crop, without its left arm, the right knee behind something."""
    extent = np.array([0, 3, 3, 3], np.float32)
    visibility = np.where(missing_keypoints(extent), ABSENT, 0)
    visibility[KNEE] = OCCLUDED
    points = np.zeros((44, 3))
    points[KNEE] = [100, 200, 1]
    return dict(dict(
        global_orient=np.array([np.pi, 0, 0]), body_pose=np.zeros((23, 3)), betas=np.zeros(10), camera=np.array([0.9, 0, 0]),
        limb_extent=extent, visibility=visibility, keypoints_2d=np.zeros((44, 3)), projected_2d=points, has_pose=1.0,
        has_limbs=1.0, crop_size=SIZE, sample_id='a/1', img_path='x.jpg'), **changed)


def near(picture, spot, color, radius=9):
    x, y = np.round(spot).astype(int)
    window = picture[max(y - radius, 0):y + radius, max(x - radius, 0):x + radius].astype(int)
    return (np.abs(window - color).sum(-1) < 60).sum()


def test_crosses_stand_where_the_limb_would_have_been(panels):
    image = np.zeros((SIZE, SIZE, 3), np.uint8)
    ghosts = panels._ghosts(sample())
    picture = panels.joints(image, sample())
    assert ghosts[WRIST, 0] > 170  # T-pose, seen from the front: the left arm points to the right
    assert near(picture, ghosts[WRIST], VERMILION) > 10 and near(picture, ghosts[HMR44.index('right_wrist')], VERMILION) == 0
    assert near(picture, [100, 200], GREY) > 10
    assert not image.any()


def test_without_a_camera_the_names_stand_below(panels):
    picture = panels.joints(np.zeros((SIZE, SIZE, 3), np.uint8), sample(camera=np.zeros(3)))
    assert (np.abs(picture[-20:].astype(int) - VERMILION).sum(-1) < 60).sum() > 50
    assert (np.abs(picture[30:-20].astype(int) - VERMILION).sum(-1) < 60).sum() == 0


def test_the_mask_shows_the_parts_that_are_there(panels):
    image = np.zeros((SIZE, SIZE, 3), np.uint8)
    lost = panels.parts(image, sample())[40:].any(-1)  # below the words
    whole = panels.parts(image, sample(limb_extent=np.full(4, 3, np.float32)))[40:].any(-1)
    x, y = np.round(panels._ghosts(sample())[HMR44.index('left_elbow')]).astype(int)
    assert whole[y - 40, x] and not lost[y - 40, x]
    assert 0.05 < lost.mean() < whole.mean() < 0.5
    assert not panels.parts(image, sample(has_pose=0.0))[40:].any()


def test_a_stored_mask_is_cropped_and_mirrored_as_the_picture_was(panels):
    mask = np.zeros((100, 200), np.uint8)
    mask[:, 20:40], mask[:50, 60:80] = 5, 255
    shift = np.array([[2, 0, -30], [0, 2, 0]], float)                      # picture px 20..40 -> crop px 10..50
    image = np.full((SIZE, SIZE, 3), 90, np.uint8)
    plain = panels.parts(image, sample(affine=shift, flip=False), mask)
    assert np.ptp(plain[150, 15:45].astype(int), axis=-1).min() > 30       # the part is coloured
    assert (plain[150, 55:] == 45).all() and (plain[150, :8] == 45).all()
    assert 10 < (plain[60, 92:128] == GREY).all(-1).sum() < 30             # hatched
    mirrored = panels.parts(image, sample(affine=np.array([[2, 0, -190], [0, 2, 0]], float), flip=True), mask)
    assert np.ptp(mirrored[150, 132:165].astype(int), axis=-1).min() > 30  # 199 - 20..39 -> 160..179 -> 130..168
    assert (mirrored[150, 175:] == 45).all()


@pytest.mark.parametrize('extent, words', [
    ([3, 3, 3, 3], 'all limbs (label 12, intact); extents 3 3 3 3'),
    ([3, 3, 1.4, 3], 'left transtibial (label 7, left knee); extents 3 3 1.4 3'),
    ([0, 3, 2, 3], 'left shoulder disarticulation and left ankle disarticulation (no single label); extents 0 3 2 3')])
def test_limbs_in_words(extent, words):
    assert dataset_panels.limbs_in_words(sample(limb_extent=np.float32(extent))) == words
    assert dataset_panels.limbs_in_words(sample(has_limbs=0.)) == 'limbs not annotated'


def test_the_caption_says_who_it_is():
    strip = dataset_panels.caption(sample(), 300)
    assert strip.shape == (26, 300, 3) and strip.std() > 10
