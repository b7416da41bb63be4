import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.output import tables


def save(path, **columns):
    tables.save_columns(path, {name: np.asarray(column) for name, column in columns.items()})
    return path


def test_rows_behind_one_another_as_numpy_joins_them(tmp_path):
    parts = [save(tmp_path / '0.npz', x=np.arange(6.).reshape(3, 2), name=['a', 'b', 'c']),
             save(tmp_path / '1.npz', x=np.zeros((0, 2)), name=np.empty(0, 'U1'), more=np.empty(0)),
             save(tmp_path / '2.npz', x=np.ones((1, 2)), name=['longer'])]
    tables.join(parts, tmp_path / 'all.npz')
    with np.load(tmp_path / 'all.npz', allow_pickle=False) as loaded:
        assert loaded['name'].tolist() == ['a', 'b', 'c', 'longer']
        np.testing.assert_array_equal(loaded['x'], [[0, 1], [2, 3], [4, 5], [1, 1]])
        assert loaded.files == ['x', 'name']


def test_what_cannot_be_joined(tmp_path):
    empty, one = save(tmp_path / '0.npz', x=np.empty(0)), save(tmp_path / '1.npz', x=[1.])
    with pytest.raises(UserError, match='all.npz would be empty'):
        tables.join([empty], tmp_path / 'all.npz')
    with pytest.raises(UserError, match='2.npz has other columns than .*1.npz'):
        tables.join([one, save(tmp_path / '2.npz', x=[1.], y=[2])], tmp_path / 'all.npz')
    with pytest.raises(UserError, match='3.npz does not exist'):
        tables.join([one, tmp_path / '3.npz'], tmp_path / 'all.npz')
    one.write_bytes(one.read_bytes()[:-30])
    with pytest.raises(UserError, match='1.npz is not a readable npz'):
        tables.join([one], tmp_path / 'all.npz')
    assert not (tmp_path / 'all.npz').exists()


def test_the_same_columns_are_the_same_bytes(tmp_path):
    files = [save(tmp_path / f'{name}.npz', x=[1, 2], y=['a', 'b']).read_bytes() for name in 'ab']
    assert files[0] == files[1]


def test_where_the_rows_of_a_split_are(tmp_path):
    assert tables.table_of('train', tmp_path) is None
    for path in reversed(tables.candidates('train', tmp_path)):
        save(path, x=[1])
        assert tables.table_of('train', tmp_path) == path
    assert tables.table_of('test', tmp_path) is None
