"""GrabCut, prompted by a box and its edge points."""
import numpy as np

from ajahr_mm.synthesis.removal.grabcut_segmenter import GrabCutSegmenter


def iou(a, b):
    return (a & b).sum() / (a | b).sum()


def test_an_object_of_its_own_colour_is_found(scene):
    image, disc, box = scene
    assert iou(GrabCutSegmenter(dilate=0)(image, box), disc) > .9
    dilated = GrabCutSegmenter(dilate=.1)(image, box)
    assert (dilated & disc).sum() > .99 * disc.sum() and iou(dilated, disc) < .85


def test_large_boxes_are_cut_at_reduced_size_and_found_as_well(scene):
    image, disc, box = scene
    large, truth = image.repeat(4, axis=0).repeat(4, axis=1), disc.repeat(4, axis=0).repeat(4, axis=1)
    assert iou(GrabCutSegmenter(longest=64, dilate=0)(large, box * 4), truth) > .9


def test_a_person(astronaut, astronaut_box):
    mask = GrabCutSegmenter()(astronaut, astronaut_box)
    for name, (x, y) in dict(hair=(85, 20), face=(85, 42), collar=(80, 80), chest=(65, 140), shoulder=(30, 120)).items():
        assert mask[y, x], name
    for name, (x, y) in dict(flag=(10, 20), shuttle=(205, 60), wall=(20, 8)).items():
        assert not mask[y, x], name


def test_the_same_mask_every_time(astronaut, astronaut_box):
    first, second = (GrabCutSegmenter()(astronaut, astronaut_box) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_where_colours_tell_nothing_the_ellipse_in_the_box_is_taken():
    grey = np.full((100, 100, 3), 128, np.uint8)
    mask = GrabCutSegmenter(dilate=0)(grey, [[20, 10, 60, 90]])
    y, x = np.mgrid[:100, :100] + .5
    ellipse = ((x - 40) / 20) ** 2 + ((y - 50) / 40) ** 2 <= 1
    assert iou(mask, ellipse) > .9


def test_a_box_of_the_whole_picture_leaves_nothing_to_learn_from(scene):
    mask = GrabCutSegmenter(dilate=0)(scene[0], [[0, 0, 160, 120]])
    assert mask.any() and not mask.all()
