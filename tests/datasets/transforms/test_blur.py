import numpy as np
import pytest

from ajahr_mm.datasets.transforms import RandomBlur
from ajahr_mm.datasets.transforms.blur import line


@pytest.mark.parametrize('length', [1, 3, 8.5, 15])
@pytest.mark.parametrize('angle', [0, 0.7, np.pi / 2])
def test_a_line_has_its_length_and_direction(length, angle):
    kernel = line(length, angle)
    half = len(kernel) // 2
    y, x = np.mgrid[-half:half + 1, -half:half + 1]
    assert kernel.sum() == pytest.approx(1) and (kernel >= 0).all()
    assert (kernel * x).sum() == pytest.approx(0, abs=1e-9)  # nothing is moved
    along = (kernel * (x * np.cos(angle) + y * np.sin(angle)) ** 2).sum()
    across = (kernel * (y * np.cos(angle) - x * np.sin(angle)) ** 2).sum()
    assert along == pytest.approx(length ** 2 / 12, rel=0.25, abs=0.15) and across < 0.35


@pytest.mark.parametrize('motion', [0, 1])
def test_brightness_stays_and_detail_goes(motion):
    image = np.random.default_rng(0).integers(0, 256, (128, 128, 3), np.uint8)
    np.random.seed(0)
    result = RandomBlur(prob=1, sigma=(2, 2), length=(15, 15), motion=motion)(dict(img=image.copy()))['img']
    assert result.dtype == np.uint8 and result.shape == image.shape
    assert abs(result.mean() - image.mean()) < 1.5 and result.std() < 0.6 * image.std()


def test_probability():
    image = np.random.default_rng(0).integers(0, 256, (256, 256, 3), np.uint8)
    np.random.seed(1)
    same = [(RandomBlur(prob=0.25, sigma=(2, 2))(dict(img=image.copy()))['img'] == image).all() for _ in range(120)]
    assert 75 < sum(same) < 105
