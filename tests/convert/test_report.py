import torch

from ajahr_mm.convert.report import report
from ajahr_mm.convert.rules import apply_rules, change, drop, keep


def test_all_that_happened_is_said():
    state = {name: torch.ones(1) for name in (*(f'net.{letter}' for letter in 'abcdef'), 'smpl.v', 'smpl.f')}
    done = apply_rules(state, (keep(r'net\.([a-e])', r'ours.\1'), drop(r'smpl\..*', 'licensed'),
                               change(r'net\.f', {'ours.f': lambda v: -v}, 'sign turned')), 'Toy')
    done.derive('ours.g', torch.ones(1), 'one')
    done.facts, done.model = dict(num_tokens=160), dict(type='Toy', codec=dict(size=3))
    text = report(done, 'Toy checkpoint x.ckpt')
    assert '8 entries in the file, 7 in our network' in text
    assert 'kept          5  under our names, for example net.a -> ours.a' in text
    assert 'changed       1  net.f: sign turned' in text and 'dropped       2  smpl.{v, f}: licensed' in text
    assert 'derived       1  ours.g: one' in text and 'num_tokens 160' in text
    assert "type='Toy'" in text and 'codec=dict(size=3)' in text
