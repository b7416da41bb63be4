import numpy as np

from ajahr_mm.datasets.transforms import RandomColor


def test_each_channel_is_scaled_and_clipped():
    image = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)
    np.random.seed(4)
    result = RandomColor(0.2)(dict(img=image.copy()))['img']
    np.random.seed(4)
    factors = np.random.uniform(0.8, 1.2, 3)
    np.testing.assert_allclose(result, np.clip(image * factors, 0, 255), atol=0.51)
    assert result.dtype == np.uint8 and len(set(factors)) == 3


def test_zero_gain_changes_nothing():
    image = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    np.testing.assert_array_equal(RandomColor(0)(dict(img=image.copy()))['img'], image)
