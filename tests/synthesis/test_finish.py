import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.finish import CameraFinish, lay_over


def test_lay_over_is_a_weighted_mean():
    image, color = np.zeros((2, 1, 3), np.float32), np.full((2, 1, 3), 100, np.float32)
    np.testing.assert_allclose(lay_over(image, color, np.array([[.25], [1.]], np.float32))[:, 0, 0], [25, 100])


def test_person_takes_on_some_of_the_tint():
    color, blue = np.full((4, 4, 3), 100, np.uint8), np.full((4, 4, 3), (80, 80, 200), np.uint8)
    matched = CameraFinish(match=.5).adapt(color, blue)
    assert matched[0, 0, 2] > 100 > matched[0, 0, 0]
    np.testing.assert_array_equal(CameraFinish(match=0).adapt(color, blue), color)


def test_encoding_keeps_channel_order_and_quality_counts():
    import cv2
    image = np.zeros((32, 32, 3), np.uint8)
    image[..., 0] = 255
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    decoded = cv2.imdecode(np.frombuffer(CameraFinish().encode(image), np.uint8), cv2.IMREAD_COLOR)
    assert decoded[0, 0, 2] > 240 and decoded[0, 0, 0] < 15                  # OpenCV reads blue first
    assert len(CameraFinish(quality=30).encode(noise)) < len(CameraFinish(quality=95).encode(noise))
    with pytest.raises(UserError, match='quality'):
        CameraFinish(quality=0)


def test_grain_is_bounded_and_reproducible():
    flat = np.full((64, 64, 3), 128, np.float32)
    first, second = (CameraFinish(blur=0, grain=4).finish(np.random.default_rng(1), flat) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert 0 < first.std() < 5 and first.dtype == np.uint8
