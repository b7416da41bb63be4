"""``Pretrained`` in our scope: all or a sentence."""
import pytest
import torch
from mmengine.model import BaseModule
from mmengine.registry import WEIGHT_INITIALIZERS, DefaultScope
from torch import nn

from ajahr_mm.engine.strict_init import StrictPretrained
from ajahr_mm.io import UserError


class Part(BaseModule):
    def __init__(self, init_cfg=None):
        super().__init__(init_cfg)
        self.layer, self.norm = nn.Linear(2, 3), nn.BatchNorm1d(3)


@pytest.fixture
def saved(tmp_path):
    part = Part()
    nn.init.constant_(part.layer.weight, 7)
    torch.save(part.state_dict(), tmp_path / 'part.pth')
    torch.save(dict(state_dict={f'backbone.{name}': value for name, value in part.state_dict().items()} |
                    {'head.weight': torch.ones(1)}), tmp_path / 'whole.pth')
    return tmp_path


def build(**options):
    with DefaultScope.overwrite_default_scope('ajahr_mm'):
        part = Part(dict(type='Pretrained', **options))
        part.init_weights()
    return part


def test_the_scope_decides_which_pretrained_it_is():
    with DefaultScope.overwrite_default_scope('ajahr_mm'), WEIGHT_INITIALIZERS.switch_scope_and_registry(None) as registry:
        assert registry.get('Pretrained') is StrictPretrained
        assert registry.get('Xavier') is not None  # all others are MMEngine's
    assert WEIGHT_INITIALIZERS.get('Pretrained') is not StrictPretrained


def test_every_tensor_comes_from_the_file(saved):
    assert (build(checkpoint=str(saved / 'part.pth')).layer.weight == 7).all()
    assert (build(checkpoint=str(saved / 'whole.pth'), prefix='backbone').layer.weight == 7).all()


def test_safetensors(saved):
    from safetensors.torch import save_file
    save_file(torch.load(saved / 'part.pth'), str(saved / 'part.safetensors'))
    assert (build(checkpoint=str(saved / 'part.safetensors')).layer.weight == 7).all()


def test_what_does_not_fit_is_refused_unless_asked_for(saved):
    state = torch.load(saved / 'part.pth')
    del state['norm.weight']
    torch.save(state, saved / 'cut.pth')
    with pytest.raises(UserError, match='missing: norm.weight'):
        build(checkpoint=str(saved / 'cut.pth'))
    assert (build(checkpoint=str(saved / 'cut.pth'), strict=False).layer.weight == 7).all()
    with pytest.raises(UserError, match='of another model'):
        build(checkpoint=str(saved / 'whole.pth'))
    with pytest.raises(UserError, match="no entries that begin with 'neck.'"):
        build(checkpoint=str(saved / 'whole.pth'), prefix='neck')
    with pytest.raises(UserError, match='does not exist'):
        build(checkpoint=str(saved / 'absent.pth'))
