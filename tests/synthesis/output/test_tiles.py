import cv2
import numpy as np

from ajahr_mm.anatomy.keypoints import ABSENT, HMR44, OCCLUDED
from ajahr_mm.synthesis.annotation import OTHER, encode_mask
from ajahr_mm.synthesis.output import tiles


def jpeg(value=100, side=64):
    return cv2.imencode('.jpg', np.full((side, side, 3), value, np.uint8))[1].tobytes()


def test_pictures_are_brought_to_size_in_rgb():
    blue = cv2.imencode('.png', np.full((20, 20, 3), (255, 0, 0), np.uint8))[1].tobytes()
    for side in (10, 50):
        tile = tiles.fitted(blue, side)
        assert tile.shape == (side, side, 3) and tile[5, 5].tolist() == [0, 0, 255]


def test_joints_lie_where_they_are_and_absent_ones_nowhere():
    points, visibility = np.zeros((44, 3)), np.full(44, ABSENT)
    nose, wrist = HMR44.index('nose'), HMR44.index('left_wrist')
    points[nose], points[wrist] = [16, 16, 1], [48, 48, 1]
    visibility[nose], visibility[wrist] = 0, OCCLUDED
    tile = tiles.annotated(dict(jpg=jpeg()), dict(projected_2d=points, visibility=visibility), 128).astype(int)
    drawn = np.abs(tile - 100).sum(-1) > 60
    assert tile[32, 32].argmax() == 1 and tile[96, 96].argmax() == 0      # green: seen, orange: hidden
    drawn[26:40, 26:40] = drawn[90:104, 90:104] = False
    assert not drawn.any()


def test_parts_are_coloured_and_what_hides_them_is_dark():
    mask = np.zeros((64, 64), np.uint8)
    mask[:20], mask[20:40] = 4, OTHER
    tile = tiles.tinted(np.full((128, 128, 3), 100, np.uint8), mask)
    assert np.ptp(tile[10, 10]) > 30 and (tile[60, 60] == 50).all() and (tile[100, 100] == 100).all()
    assert (tiles.tinted(tile, cv2.imdecode(np.frombuffer(encode_mask(
        np.full((64, 64), -1), np.zeros((64, 64), bool)), np.uint8), -1)) == tile).all()
