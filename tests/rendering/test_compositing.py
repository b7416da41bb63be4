import numpy as np
import pytest
import torch

from ajahr_mm.io.errors import UserError
from ajahr_mm.rendering import Camera, Frame, Mesh, composite, overlay

CAMERA, MESH = Camera([10, 10, 8, 8], (16, 16)), Mesh([[0, 1, 2]])


def random_frame(batch=2, seed=0):
    draw = np.random.default_rng(seed)
    alpha = draw.choice(np.uint8([0, 64, 128, 191, 255]), (batch, 16, 16))
    frame = Frame(CAMERA, MESH, rgb=draw.integers(0, 256, (batch, 16, 16, 3), dtype=np.uint8), alpha=alpha)
    return frame, draw.integers(0, 256, (batch, 16, 16, 3), dtype=np.uint8)


@pytest.mark.parametrize('opacity', [1., .85, 0.])
def test_is_the_over_operator_in_real_numbers(opacity):
    frame, background = random_frame()
    weight = frame.alpha[..., None] / 255. * opacity
    expected = frame.rgb * weight + background * (1 - weight)
    assert np.abs(composite(frame, background, opacity) - expected).max() <= 1.5


def test_full_and_empty_coverage_are_exact():
    frame, background = random_frame()
    mixed = composite(frame, background)
    np.testing.assert_array_equal(mixed[frame.alpha == 255], frame.rgb[frame.alpha == 255])
    np.testing.assert_array_equal(mixed[frame.alpha == 0], background[frame.alpha == 0])


def test_torch_and_numpy_agree_and_keep_their_kind():
    frame, background = random_frame()
    mixed = composite(frame, torch.from_numpy(background))
    assert mixed.dtype == torch.uint8
    np.testing.assert_array_equal(mixed.numpy(), composite(frame, background))


def test_one_background_serves_the_batch_and_inputs_stay_untouched():
    frame, background = random_frame()
    before = background[0].copy()
    np.testing.assert_array_equal(composite(frame, background[0])[1], composite(frame, background[[0, 0]])[1])
    np.testing.assert_array_equal(background[0], before)


def test_overlay_lays_people_on_in_order_or_one_alone():
    frame, background = random_frame()
    first = composite(frame, background[0], .5)[0]
    np.testing.assert_array_equal(overlay(background[0], frame, .5, index=0), first)
    np.testing.assert_array_equal(overlay(background[0], frame, .5), composite(frame, first, .5)[1])


@pytest.mark.parametrize('call, said', [
    (lambda f, b: composite(f, b.astype(np.float32)), 'must be uint8'),
    (lambda f, b: composite(f, b[:, :8]), 'does not fit'),
    (lambda f, b: composite(f, b, 1.5), 'opacity'),
    (lambda f, b: overlay(b, f), 'one image'),
    (lambda f, b: composite(Frame(CAMERA, MESH), b), "want including 'rgb'"),
])
def test_refusals(call, said):
    with pytest.raises(UserError, match=said):
        call(*random_frame())
