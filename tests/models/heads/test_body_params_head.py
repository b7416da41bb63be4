"""Global orientation, shape and camera."""
import pytest
import torch

from ajahr_mm.geometry.rotations import matrix_to_sixd
from ajahr_mm.models import BodyParamsHead


@pytest.mark.parametrize('layout', ['row', 'column'])
def test_starts_upright_facing_the_camera(layout):
    out = BodyParamsHead(16, layout=layout)(torch.zeros(2, 16))
    torch.testing.assert_close(out['global_orient'], torch.diag(torch.tensor([1.0, -1, -1])).expand(2, 3, 3))
    assert out['betas'].eq(0).all() and out['camera'].tolist() == [pytest.approx([0.9, 0, 0])] * 2


@pytest.mark.parametrize('layout', ['row', 'column'])
def test_layout_of_the_six_numbers(layout):
    head = BodyParamsHead(4, layout=layout)
    angle = torch.tensor(0.7)
    target = torch.stack([torch.stack([angle.cos(), -angle.sin(), angle * 0]),
                          torch.stack([angle.sin(), angle.cos(), angle * 0]), torch.tensor([0.0, 0, 1])])
    head.orient.bias.data = matrix_to_sixd(target, layout) - head.init_orient
    torch.testing.assert_close(head(torch.zeros(1, 4))['global_orient'][0], target)


def test_outputs_are_float32_rotations_under_autocast():
    head, hidden = BodyParamsHead(16), torch.randn(3, 16) * 50
    with torch.autocast('cpu', dtype=torch.bfloat16):
        out = head(hidden)
    assert {value.dtype for value in out.values()} == {torch.float32}
    product = out['global_orient'] @ out['global_orient'].transpose(1, 2)
    torch.testing.assert_close(product, torch.eye(3).expand(3, 3, 3), atol=1e-5, rtol=0)


def test_initial_values_travel_with_the_weights():
    source, target = BodyParamsHead(4, camera=(0.5, 0.1, 0.2)), BodyParamsHead(4)
    target.load_state_dict(source.state_dict())
    torch.testing.assert_close(target(torch.zeros(1, 4))['camera'], torch.tensor([[0.5, 0.1, 0.2]]))


@pytest.mark.parametrize('layout', ['row', 'column'])
def test_loading_weights_leaves_other_heads_alone(layout):
    head = BodyParamsHead(4, layout=layout)
    head.load_state_dict({name: torch.full_like(value, 3) for name, value in head.state_dict().items()})
    assert not BodyParamsHead(4, layout=layout).init_orient.eq(3).any()
