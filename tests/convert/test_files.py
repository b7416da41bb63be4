import json

import pytest
import torch

from ajahr_mm.convert.files import read_header, read_safetensors, write_converted
from ajahr_mm.convert.rules import Conversion
from ajahr_mm.io import UserError


def conversion():
    codes = torch.randn(4, 2)
    done = Conversion(state={'codebook': codes}, facts=dict(num_tokens=20), model=dict(type='Toy', size=(1, 2)))
    done.derive('code_sum', codes, 'the codes themselves')  # shares memory with the codebook
    return done


def test_round_trip_with_header(tmp_path):
    done, about = conversion(), dict(family='toy', sources={'x.ckpt': 'ab'})
    write_converted(tmp_path / 'a.safetensors', done, about)
    back = read_safetensors(tmp_path / 'a.safetensors')
    assert set(back) == {'codebook', 'code_sum'} and torch.equal(back['code_sum'], done.state['codebook'])
    expected = dict(about, facts=done.facts, model=done.model, derived=['code_sum'])
    assert read_header(tmp_path / 'a.safetensors') == json.loads(json.dumps(expected))


def test_other_safetensors_have_no_header(tmp_path):
    from safetensors.torch import save_file
    save_file({'a': torch.ones(1)}, str(tmp_path / 'a.safetensors'))
    assert read_header(tmp_path / 'a.safetensors') is None


def test_refusals_leave_no_file(tmp_path):
    with pytest.raises(UserError, match='.safetensors'):
        write_converted(tmp_path / 'a.pth', conversion(), {})
    (tmp_path / 'file').write_text('')
    with pytest.raises(UserError, match='cannot be written'):
        write_converted(tmp_path / 'file' / 'a.safetensors', conversion(), {})
    with pytest.raises(TypeError):
        write_converted(tmp_path / 'b.safetensors', conversion(), dict(family=object()))
    assert [path.name for path in tmp_path.iterdir()] == ['file']


@pytest.mark.parametrize('read', [read_header, read_safetensors])
def test_cut_and_absent_files(tmp_path, read):
    write_converted(tmp_path / 'a.safetensors', conversion(), {})
    (tmp_path / 'a.safetensors').write_bytes((tmp_path / 'a.safetensors').read_bytes()[:-4])
    for name in ('a', 'absent'):
        with pytest.raises(UserError, match=f'{name}.safetensors is not a readable'):
            read(tmp_path / f'{name}.safetensors')
