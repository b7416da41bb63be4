"""Lengths and shapes of the decoder."""
import pytest
import torch

from ajahr_mm.models.tokenizers import PoseDecoder


@pytest.mark.parametrize('num_tokens, lengths', [
    (160, [125, 90, 55, 21]), (320, [245, 170, 95, 21]), (640, [485, 330, 175, 21]), (40, [35, 30, 25, 21])])
def test_resize_lengths(num_tokens, lengths):
    net = PoseDecoder(num_tokens, 8, 4)
    assert net.lengths == lengths
    assert net(torch.randn(2, num_tokens, 8)).shape == (2, 21, 6)


def test_weights_do_not_depend_on_the_number_of_tokens():
    with torch.device('meta'):
        shapes = [{k: v.shape for k, v in PoseDecoder(n).state_dict().items()} for n in (160, 320)]
        count = sum(p.numel() for p in PoseDecoder().parameters())
    assert shapes[0] == shapes[1] and round(count / 1e6, 2) == 6.44
