"""The people detector inside OpenCV."""
import cv2
import numpy as np
import pytest

from ajahr_mm.apis.hog_detector import HOGDetector
from ajahr_mm.registry import DETECTORS

PERSON = np.array([120., 60, 200, 300])


@pytest.fixture(scope='module')
def street():
    """A figure of a head, a trunk, two arms and two legs that walks before a light wall (400,320,3)."""
    image = np.full((400, 320, 3), 200, np.uint8)
    image += np.random.default_rng(0).integers(0, 8, image.shape, np.uint8)
    image[300:] = 140
    cv2.circle(image, (160, 78), 17, (150, 110, 90), -1)
    cv2.ellipse(image, (160, 140), (30, 48), 0, 0, 360, (40, 60, 110), -1)
    for start, end, width in (((138, 108), (126, 185), 14), ((182, 108), (196, 185), 14), ((150, 180), (138, 296), 21),
                              ((170, 180), (184, 296), 21)):
        cv2.line(image, start, end, (30, 40, 60), width)
    return cv2.GaussianBlur(image, (3, 3), 0)


def iou(a, b):
    low, high = np.maximum(a[:2], b[:2]), np.minimum(a[2:], b[2:])
    shared = (high - low).clip(0).prod()
    return shared / ((a[2:] - a[:2]).prod() + (b[2:] - b[:2]).prod() - shared)


def test_a_figure_that_stands_is_found(street):
    boxes = DETECTORS.build(dict(type='HOGDetector'))(street)
    assert boxes.shape[1:] == (4,) and boxes.dtype == np.float64
    assert max(iou(box, PERSON) for box in boxes) > .6


def test_boxes_are_in_pixels_of_the_picture_and_inside_it(street):
    large = cv2.resize(street, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    boxes = HOGDetector(longest=400)(large)
    assert max(iou(box, PERSON * 4) for box in boxes) > .6
    assert (boxes >= 0).all() and (boxes <= [1280, 1600, 1280, 1600]).all()


def test_nobody_on_a_wall_or_in_a_thumbnail(street):
    detector = HOGDetector()
    assert detector(street[:, 230:].copy()).shape == (0, 4)
    assert detector(street[:100, :60].copy()).shape == (0, 4)


def test_the_strongest_come_first_and_only_so_many(street):
    all_ = HOGDetector(score=-.5, overlap=1.)(street)
    assert len(all_) > 3
    np.testing.assert_array_equal(HOGDetector(score=-.5, overlap=1., max_people=2)(street), all_[:2])
    strict = HOGDetector(score=1., overlap=1.)(street)
    np.testing.assert_array_equal(strict, all_[:len(strict)])


def test_the_answer_does_not_depend_on_threads(street):
    before = cv2.getNumThreads()
    try:
        answers = []
        for threads in (1, 4, 4):
            cv2.setNumThreads(threads)
            answers.append(HOGDetector(score=0)(street))
    finally:
        cv2.setNumThreads(before)
    for answer in answers[1:]:
        np.testing.assert_array_equal(answer, answers[0])
