import warnings

import numpy as np
import pytest
import torch

from ajahr_mm.io.errors import UserError
from ajahr_mm.rendering.arrays import as_batch, as_tensor


def test_read_only_arrays_pass_without_a_warning_or_a_shared_buffer():
    frozen = np.arange(6, dtype=np.float32).reshape(2, 3)
    frozen.setflags(write=False)
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        tensor = as_tensor('x', frozen, torch.float32)
    tensor += 1
    assert frozen[0, 0] == 0


def test_negative_strides_pass():
    image = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    assert as_tensor('x', image[..., ::-1], torch.uint8)[0, 0].tolist() == [2, 1, 0]


def test_no_gradient_enters():
    assert not as_tensor('x', torch.ones(2, requires_grad=True), torch.float32).requires_grad


def test_batch_axis_is_added_or_kept():
    assert as_batch('x', np.zeros((5, 3)), (None, 3), None).shape == (1, 5, 3)
    assert as_batch('x', np.zeros((2, 5, 3)), (5, 3), 2).shape == (2, 5, 3)


@pytest.mark.parametrize('value, shape, batch, said', [
    (np.zeros((5, 4)), (None, 3), None, r'x has shape \(5, 4\), expected \(B, \*, 3\)'),
    (np.zeros((3, 5, 3)), (None, 3), 2, 'batch of 3, expected 1 or 2'),
    (['a'], (1,), None, 'x is not an array of numbers'),
])
def test_misfits_are_named(value, shape, batch, said):
    with pytest.raises(UserError, match=said):
        as_batch('x', value, shape, batch)
