import cv2
import numpy as np
import pytest

from ajahr_mm.datasets.transforms import RandomJPEG


def picture():
    noise = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    return cv2.resize(noise, (256, 256), interpolation=cv2.INTER_CUBIC)


def test_lower_quality_is_farther_from_the_picture():
    errors = []
    for quality in (95, 50, 10):
        result = RandomJPEG(prob=1, quality=(quality, quality))(dict(img=picture()))['img']
        assert result.dtype == np.uint8 and result.shape == (256, 256, 3)
        errors.append(np.abs(result.astype(float) - picture()).mean())
    assert 0 < errors[0] < errors[1] < errors[2] < 30  # and the channels keep their order


def test_probability_and_range():
    np.random.seed(0)
    same = [(RandomJPEG(prob=0.3)(dict(img=picture()))['img'] == picture()).all() for _ in range(60)]
    assert 32 < sum(same) < 52
    with pytest.raises(ValueError, match='quality'):
        RandomJPEG(quality=(0, 50))
