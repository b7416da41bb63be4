import numpy as np
import pytest

from ajahr_mm.datasets.transforms import LoadImage
from ajahr_mm.io.errors import UserError


def test_image_and_shape(a3d_folder):
    results = LoadImage()(dict(img_path=str(a3d_folder / 'images/000000.png')))
    assert results['img'].shape == (200, 160, 3) and results['img'].dtype == np.uint8
    assert results['img_shape'] == (200, 160)


def test_bad_file_is_named(tmp_path):
    (tmp_path / 'a.jpg').write_bytes(b'no image')
    with pytest.raises(UserError, match='a.jpg'):
        LoadImage()(dict(img_path=str(tmp_path / 'a.jpg')))
