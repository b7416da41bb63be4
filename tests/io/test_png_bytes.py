import cv2
import numpy as np
import pytest

from ajahr_mm.io.png_bytes import png_bytes


@pytest.mark.parametrize('dtype', [np.uint8, np.uint16])
@pytest.mark.parametrize('shape', [(1, 1), (1, 300), (300, 1), (57, 33)])
def test_opencv_reads_what_was_written(dtype, shape):
    picture = np.random.default_rng(0).integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)
    for level in (1, 9):
        found = cv2.imdecode(np.frombuffer(png_bytes(picture, level), np.uint8), cv2.IMREAD_UNCHANGED)
        assert found.dtype == dtype
        np.testing.assert_array_equal(found, picture)


def test_rows_need_not_lie_behind_one_another():
    picture = np.arange(400, dtype=np.uint16).reshape(20, 20)
    assert png_bytes(picture.T[::2]) == png_bytes(np.ascontiguousarray(picture.T[::2]))


def test_pillow_agrees_that_the_checksums_are_right():
    import io

    from PIL import Image
    Image.open(io.BytesIO(png_bytes(np.eye(9, dtype=np.uint8)))).verify()


@pytest.mark.parametrize('picture', [np.zeros((2, 2)), np.zeros((2, 2, 3), np.uint8), np.zeros((0, 4), np.uint8)])
def test_other_pictures_are_refused(picture):
    with pytest.raises(ValueError, match='grey picture'):
        png_bytes(picture)
