"""What users bring: found in a stable order, named without clashes, refused in one sentence."""
import cv2
import numpy as np
import pytest

from ajahr_mm.apis.inputs import check_boxes, check_keypoints, for_each_picture, list_pictures
from ajahr_mm.io.errors import UserError

SHAPE = (120, 100, 3)  # H, W


def test_file_folder_array_and_list(photo_file, photo):
    cv2.imwrite(str(photo_file.parent / 'another.jpg'), photo)
    (photo_file.parent / 'notes.txt').write_text('not an image')
    assert [p.stem for p in list_pictures(photo_file)] == ['photo']
    assert [p.stem for p in list_pictures(str(photo_file.parent))] == ['another', 'photo']
    np.testing.assert_array_equal(list_pictures(photo)[0].read(), photo)
    np.testing.assert_array_equal(list_pictures(photo_file)[0].read(), photo)  # RGB, as it was written
    assert [p.stem for p in list_pictures([photo_file, photo, photo])] == ['photo', 'array_1', 'array_2']


def test_equal_stems_do_not_overwrite_each_other(photo_file, photo):
    cv2.imwrite(str(photo_file.parent / 'photo.jpg'), photo)
    stems = [p.stem for p in list_pictures([photo_file.parent, photo_file])]
    assert stems == ['photo_jpg', 'photo_png', 'photo_png_2']


@pytest.mark.parametrize('wrong, words', [
    ('nowhere.jpg', 'nowhere.jpg does not exist'),
    ([], 'list of inputs is empty'),
    (np.zeros((4, 4), np.uint8), r'\(4, 4\)'),
    (np.zeros((4, 4, 3), np.float32), 'float32'),
    (np.zeros((0, 4, 3), np.uint8), r'\(0, 4, 3\)'),
    ([3], 'got int'),
])
def test_no_input(wrong, words):
    with pytest.raises(UserError, match=words):
        list_pictures(wrong)


def test_an_empty_folder(tmp_path):
    (tmp_path / 'text.txt').write_text('')
    with pytest.raises(UserError, match=f'{tmp_path} has no image'):
        list_pictures(tmp_path)


def test_a_file_that_is_no_image(tmp_path):
    (tmp_path / 'a.png').write_bytes(b'not a picture')
    with pytest.raises(UserError, match='a.png'):
        list_pictures(tmp_path / 'a.png')[0].read()


@pytest.mark.parametrize('boxes, words', [
    ([[1, 2, 3]], r'\(1, 3\)'),
    ([[1, 2, np.nan, 4]], 'not finite'),
    ([[50, 50, 30, 70]], 'no area.*not x, y, width, height'),
    ([[50, 50, 50.5, 70]], 'no area'),
    ([[200, 10, 300, 90]], 'outside the image of 100 x 120'),
    ([[-50, 10, -1, 90]], 'outside'),
    ([[0, 130, 50, 190]], 'outside'),
    ([[0, 0, 5000, 100]], 'times as large'),
    ([[1, 2, 3, 4], [1]], 'same length'),
    ('box', 'array of numbers'),
])
def test_what_is_no_box(boxes, words):
    with pytest.raises(UserError, match=words):
        check_boxes(boxes, SHAPE, 'photo.png')


def test_good_boxes():
    assert check_boxes([10, 10, 50, 100], SHAPE, 'p').shape == (1, 4)
    assert check_boxes([[-20, -20, 50, 100], [90, 110, 300, 300]], SHAPE, 'p').shape == (2, 4)  # people cut by the frame
    assert check_boxes([], SHAPE, 'p').shape == (0, 4)


@pytest.mark.parametrize('keypoints, count, words', [
    (np.zeros((1, 16, 3)), 1, r'\(1, 16, 3\)'),
    (np.zeros((1, 17, 2)), 1, r'\(1, 17, 2\)'),
    (np.full((1, 12, 3), np.nan), 1, 'keypoint 0 of person 0.*not finite'),
    (np.full((1, 12, 3), np.inf), 1, 'not finite'),
    (np.zeros((2, 17, 3)), 1, '1 boxes but keypoints of 2'),
    ([], 1, '1 boxes but keypoints of 0'),
])
def test_what_are_no_keypoints(keypoints, count, words):
    with pytest.raises(UserError, match=words):
        check_keypoints(keypoints, count, 'photo.png')


def test_people_are_dealt_to_their_pictures(photo_file, photo):
    one, two = list_pictures(photo_file), list_pictures([photo_file, photo])
    box, people = [1, 2, 30, 40], [[1, 2, 30, 40], [5, 6, 70, 80]]
    assert for_each_picture(None, two, 'boxes', 2) == [None, None]
    np.testing.assert_array_equal(for_each_picture(people, one, 'boxes', 2)[0], people)
    np.testing.assert_array_equal(for_each_picture(box, one, 'boxes', 2)[0], [box])
    np.testing.assert_array_equal(for_each_picture([people], one, 'boxes', 2)[0], people)
    assert for_each_picture([people, None], two, 'boxes', 2) == [people, None]
    assert for_each_picture({'photo.png': people}, two, 'boxes', 2) == [people, None]
    assert for_each_picture(np.zeros((17, 3)), one, 'keypoints', 3)[0].shape == (1, 17, 3)
    with pytest.raises(UserError, match='1 entries for 2 images'):
        for_each_picture([people], two, 'boxes', 2)
    with pytest.raises(UserError, match='other.png, which is not among'):
        for_each_picture({'other.png': people}, two, 'boxes', 2)
    with pytest.raises(UserError, match='must be'):
        for_each_picture(7, two, 'boxes', 2)
