import copy

import cv2
import numpy as np
import pytest
from PIL import Image

from ajahr_mm.datasets.transforms import CropBody, LoadImage
from ajahr_mm.datasets.transforms.flip import flip_body
from ajahr_mm.io.errors import UserError


def test_image_and_shape(a3d_folder):
    results = LoadImage()(dict(img_path=str(a3d_folder / 'images/000000.png')))
    assert results['img'].shape == (200, 160, 3) and results['img'].dtype == np.uint8
    assert results['img_shape'] == (200, 160)


def test_bad_file_is_named(tmp_path):
    (tmp_path / 'a.jpg').write_bytes(b'no image')
    with pytest.raises(UserError, match='a.jpg'):
        LoadImage()(dict(img_path=str(tmp_path / 'a.jpg')))


def write_photo(path, shape=(700, 900), **options):
    picture = cv2.resize(np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8), shape[::-1],
                         interpolation=cv2.INTER_CUBIC)
    Image.fromarray(picture).save(path, quality=95, **options)
    return str(path)


@pytest.mark.parametrize('size,tolerance', [(90, 1), (500, 1), (620, 2), (1300, 2), (5000, 4)])
@pytest.mark.parametrize('flip', [False, True])
def test_put_off_decoding_gives_the_same_crop(tmp_path, sample, size, tolerance, flip):
    """From a decoder that reduces, stops at a line and sees no mirror image, as from the whole picture."""
    path, crops = write_photo(tmp_path / 'a.jpg'), []
    for defer in (False, True):
        results = dict(copy.deepcopy(sample), img_path=path, rotation=20.0)
        results.update(center=np.array([430.0, 300.0]), size=float(size))
        del results['img'], results['img_shape']
        results = LoadImage(defer=defer)(results)
        assert ('img' in results) is not defer and results['img_shape'] == (700, 900)
        crops.append(CropBody()(flip_body(results) if flip else results))
    assert 'encoded_img' not in crops[1]
    for name in ('keypoints_2d', 'affine', 'center'):
        np.testing.assert_array_equal(crops[0][name], crops[1][name])
    difference = np.abs(crops[0]['img'].astype(int) - crops[1]['img'])
    assert difference.mean() < tolerance and crops[0]['img'].std() > 10


@pytest.mark.parametrize('low_pass', ['gaussian', 'none'])
def test_put_off_decoding_with_the_crops_of_the_releases(tmp_path, sample, low_pass):
    path, crops = write_photo(tmp_path / 'a.jpg'), []
    for defer in (False, True):
        results = LoadImage(defer=defer)(dict(sample, img_path=path, center=np.array([430.0, 300.0]), size=700.0))
        crops.append(CropBody(low_pass=low_pass)(results)['img'])
    np.testing.assert_array_equal(*crops)


def test_pictures_on_their_side_are_turned(tmp_path):
    path = write_photo(tmp_path / 'a.jpg')
    upright = LoadImage()(dict(img_path=path))['img']
    results = LoadImage()(dict(img_path=path, img_quarter_turns=1))
    assert results['img_shape'] == (900, 700)
    np.testing.assert_array_equal(results['img'], np.rot90(upright, -1))
