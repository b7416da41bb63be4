"""What the slot for pose heads accepts."""
import pytest
import torch

from ajahr_mm.models.heads.base import checked_rotations, small_linear


def test_a_fresh_read_out_starts_near_zero():
    layer = small_linear(256, 10)
    assert layer(torch.randn(50, 256)).abs().max() < 0.1 and layer.weight.abs().max() > 0


def test_rotations_come_out_in_float32():
    assert checked_rotations(torch.zeros(2, 23, 3, 3, dtype=torch.bfloat16)).dtype == torch.float32


@pytest.mark.parametrize('shape', [(2, 21, 3, 3), (2, 24, 3, 3), (2, 23, 6)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match=r'must return \(B,23,3,3\)'):
        checked_rotations(torch.zeros(shape))
