"""npz of others: text and dicts in object arrays are read, and nothing else in them."""
import os
import zipfile

import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.object_npz import load_object_npz


class Evil:
    def __reduce__(self):
        return os.mkdir, ('ran',)


def objects(*values):
    array = np.empty(len(values), object)
    array[:] = values
    return array


def test_numbers_text_and_dicts(tmp_path):
    columns = dict(a=np.arange(6).reshape(2, 3), f=np.asfortranarray(np.arange(6.0).reshape(2, 3)), names=objects('x', b'y'),
                   pair=objects([1, 2], {'k': np.ones(2)}), smpl=dict(betas=np.zeros((2, 10)), kind='smpl'), word='female')
    np.savez(tmp_path / 'x.npz', **columns)
    found = load_object_npz(tmp_path / 'x.npz')
    np.testing.assert_array_equal(found['a'], columns['a'])
    np.testing.assert_array_equal(found['f'], columns['f'])
    assert found['names'].tolist() == ['x', 'y'] and found['names'].dtype.kind == 'U'
    assert found['pair'][0] == [1, 2] and found['pair'][1]['k'].tolist() == [1, 1]
    assert found['smpl']['betas'].shape == (2, 10) and found['word'] == 'female'


def test_compressed_and_chosen_arrays(tmp_path):
    np.savez_compressed(tmp_path / 'x.npz', a=np.arange(3), evil=objects(Evil()))
    assert list(load_object_npz(tmp_path / 'x.npz', ['a', 'absent'])) == ['a']


def test_code_is_refused_and_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.savez('x.npz', imgname=objects(Evil()))
    with pytest.raises(UserError, match=r"array 'imgname' asks for .*mkdir"):
        load_object_npz('x.npz')
    assert not os.path.exists('ran')


def test_missing_cut_off_and_damaged(tmp_path):
    path = tmp_path / 'x.npz'
    with pytest.raises(UserError, match='does not exist'):
        load_object_npz(path)
    np.savez(path, a=np.arange(1000), names=objects(*('x' * 20 for _ in range(50))))
    data = path.read_bytes()
    path.write_bytes(data[:len(data) // 2])
    with pytest.raises(UserError, match='x.npz is not a readable npz file'):
        load_object_npz(path)
    with zipfile.ZipFile(path, 'w') as archive:
        archive.writestr('a.npy', b'not an array')
    with pytest.raises(UserError, match='x.npz is not a readable npz file'):
        load_object_npz(path)
