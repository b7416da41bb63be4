"""What all segmenters share, and the one that takes the box."""
import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt

from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.removal.segmenter import BoxSegmenter, Segmenter, grow


@pytest.mark.parametrize('radius', [1, 4, 9])
def test_grown_masks_reach_as_far_as_the_radius(scene, radius):
    _, disc, _ = scene
    distance = distance_transform_edt(~disc)
    wider = grow(disc, radius)
    assert wider[distance <= radius - 1].all() and not wider[distance > radius + .5].any()


def test_growing_nothing_or_by_nothing():
    empty, dot = np.zeros((9, 9), bool), np.zeros((9, 9), bool)
    dot[0, 8] = True  # at the border the mask is cut off, not wrapped
    assert not grow(empty, 3).any() and grow(dot, .4).sum() == 1
    assert grow(dot, 2)[0, 6] and not grow(dot, 2)[:, :6].any()


def test_everybody_is_in_one_mask_and_dilated_by_their_own_size():
    class Middle(Segmenter):
        def masks(self, image, boxes):
            for box in boxes:
                mask = np.zeros(image.shape[:2], bool)
                mask[int(box[1] + box[3]) // 2, int(box[0] + box[2]) // 2] = True
                yield mask
    mask = Middle(dilate=.1)(np.zeros((100, 200, 3), np.uint8), [[0, 0, 20, 20], [100, 10, 150, 60], [300, 0, 400, 50]])
    assert mask.shape == (100, 200) and mask[:, :60].any() and mask[:, 60:].any()
    assert np.ptp(np.nonzero(mask[:, :60])[1]) == 4 and np.ptp(np.nonzero(mask[:, 60:])[1]) == 10


def test_the_whole_box():
    segmenter = SYNTHESIS.build(dict(type='BoxSegmenter', dilate=0))
    mask = segmenter(np.zeros((50, 60, 3), np.uint8), [[10.2, 5, 20, 30.5], [55, 40, 90, 90]])
    assert isinstance(segmenter, BoxSegmenter) and mask[5:31, 10:20].all() and mask[40:, 55:].all()
    assert mask.sum() == 26 * 10 + 10 * 5


def test_nobody_gives_an_empty_mask():
    assert not BoxSegmenter()(np.zeros((50, 60, 3), np.uint8), np.zeros((0, 4))).any()
