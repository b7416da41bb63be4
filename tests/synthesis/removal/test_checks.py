"""The quality checker."""
import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.removal.checks import NoPersonCheck, SSIMCheck
from ajahr_mm.synthesis.removal.records import Removal

BOX = np.array([[50., 40, 110, 90]])


@pytest.fixture
def removal(scene):
    image, disc, box = scene
    return Removal(image, np.where(disc[..., None], np.uint8(128), image), disc, box)


def test_ssim_below_the_minimum_drops(removal):
    assert 0 < removal.ssim < 1
    assert SSIMCheck(removal.ssim - .01)(removal) is None
    assert SSIMCheck(removal.ssim + .01)(removal) == f'SSIM {removal.ssim:.3f} is below {removal.ssim + .01:g}'
    assert SYNTHESIS.build(dict(type='SSIMCheck')).minimum == .5  # of the paper


def test_whoever_a_detector_still_finds_drops_the_picture(removal):
    for boxes, words in (([], None), ([[1, 1, 9, 9]], 'GivenBoxes still finds 1 person'), ([[1, 1, 9, 9]] * 2, '2 people')):
        why = NoPersonCheck(detector=dict(type='GivenBoxes', boxes=boxes))(removal)
        assert why is None if words is None else words in why


@pytest.mark.parametrize('confidence, place, why', [
    (.3, (.5, .5), None), (.7, (.5, .5), 'GivenKeypoints still sees 17 keypoints'), (.7, (1.5, .5), None)])
def test_keypoints_count_if_they_are_sure_and_inside_the_box(removal, confidence, place, why):
    found = NoPersonCheck(keypoints=dict(type='GivenKeypoints', confidence=confidence, place=place))(removal)
    assert found is None if why is None else why in found


def test_tolerated_keypoints(removal):
    sure = dict(type='GivenKeypoints', confidence=.9)
    assert NoPersonCheck(keypoints=sure, tolerated=17)(removal) is None
    assert NoPersonCheck(keypoints=sure, tolerated=16)(removal) is not None
    assert NoPersonCheck(keypoints=sure, confidence=.95)(removal) is None


def test_where_nobody_was_removed_the_whole_picture_is_looked_at(removal):
    check = NoPersonCheck(keypoints=dict(type='GivenKeypoints', confidence=.9))
    alone = Removal(removal.original, removal.original, np.zeros_like(removal.mask), np.zeros((0, 4)))
    assert 'sees 17' in check(alone)
    np.testing.assert_array_equal(check.keypoints.asked[0], [[0, 0, 160, 120]])


def test_both_are_asked(removal):
    nobody = dict(type='GivenBoxes', boxes=[])
    assert NoPersonCheck(nobody, dict(type='GivenKeypoints', confidence=.9))(removal) is not None
    assert NoPersonCheck(nobody, dict(type='GivenKeypoints', confidence=.1))(removal) is None
    with pytest.raises(UserError, match='nothing to look with'):
        NoPersonCheck()
