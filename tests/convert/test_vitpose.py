import pytest
import torch

from ajahr_mm.convert import vitpose
from ajahr_mm.io import UserError


def test_the_backbone_alone_is_taken_from_any_of_these_networks(meta_state):
    for name, entries in (('ajahr_full_t320', 896), ('hmr2_full', 576)):
        done = vitpose.convert(meta_state(name))
        assert len(done.state) == 389 and all(key.startswith('vit.') for key in done.state)
        assert set(done.dropped.values()) == {'not part of the backbone'} and len(done.dropped) == entries - 389


def test_bare_backbones(small_state):
    state = {name.removeprefix('backbone.'): value for name, value in small_state('hmr2_d2').items() if 'backbone.' in name}
    assert vitpose.recognise(state) and not vitpose.recognise({'conv.weight': torch.ones(1)})
    done = vitpose.convert(state)
    assert not done.dropped and done.facts == dict(width=384, depth=1)
    with pytest.raises(UserError, match='surprise is not an entry of a ViTPose checkpoint'):
        vitpose.convert({**state, 'surprise': torch.ones(1)})
