"""The two regions set what autocast does inside them, and nothing outside."""
import torch

from ajahr_mm.models.precision import float32_region, network_region


def test_network_region_multiplies_in_the_asked_precision():
    x = torch.randn(4, 4)
    with network_region(x, 'bfloat16'):
        assert (x @ x).dtype == torch.bfloat16
    with network_region(x, None):
        assert (x @ x).dtype == torch.float32


def test_none_keeps_the_surrounding_autocast_and_float32_region_ends_it():
    x = torch.randn(4, 4)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        with network_region(x, None):
            assert (x @ x).dtype == torch.bfloat16
        with float32_region(x):
            assert (x @ x).dtype == torch.float32
        assert (x @ x).dtype == torch.bfloat16
