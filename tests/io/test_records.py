import copy
import pickle

import numpy as np
import pytest

from ajahr_mm.io import npz_columns, records
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.records import RecordTable


def test_columns_and_constants(tmp_path):
    np.savez(tmp_path / 'a.npz', x=np.arange(6.).reshape(3, 2), name=np.array(['a', 'b', 'c']), version=np.array(2))
    table = RecordTable.from_npz(tmp_path / 'a.npz', required=('x', 'name'))
    assert len(table) == 3 and 'x' in table and 'version' not in table and table.constants['version'] == 2
    np.testing.assert_array_equal(table.column('x', (2,)), [[0, 1], [2, 3], [4, 5]])
    assert table.column('x', (2,), dtype=np.float32).dtype == np.float32
    assert list(table.column('name', kind='str')) == ['a', 'b', 'c']


def test_absent_column_takes_the_default_without_memory():
    table = RecordTable(dict(x=np.zeros(1000)))
    column = table.column('y', (50,), default=7, dtype=np.float32)
    assert column.shape == (1000, 50) and (column == 7).all()
    assert column.strides == (0, 0)


def test_missing_columns_are_named_together():
    with pytest.raises(UserError, match='here.npz lacks the columns b, c; it has a'):
        RecordTable(dict(a=np.zeros(1)), 'here.npz').check_present(['a', 'b', 'c'])
    with pytest.raises(UserError, match='lacks the column b'):
        RecordTable(dict(a=np.zeros(1))).column('b')


def test_unequal_lengths():
    with pytest.raises(UserError, match='a 2, b 3'):
        RecordTable(dict(a=np.zeros(2), b=np.zeros((3, 2))))
    with pytest.raises(UserError, match='no columns'):
        RecordTable(dict(version=np.array(1)))


def test_wrong_shape_and_kind():
    table = RecordTable(dict(a=np.zeros((2, 3)), b=np.array(['x', 'y']), c=np.zeros(2)))
    with pytest.raises(UserError, match=r'column a has shape \(2, 3\), expected \(2, 4\)'):
        table.column('a', (4,))
    with pytest.raises(UserError, match=r'column a has shape \(2, 3\), expected \(2,\)'):
        table.column('a')
    with pytest.raises(UserError, match='column b holds <U1, expected float'):
        table.column('b')
    with pytest.raises(UserError, match='column c holds float64, expected int'):
        table.column('c', kind='int')


def test_not_finite_rows_are_counted():
    values = np.zeros((10, 2))
    values[[1, 4], 0], values[9, 1] = np.nan, np.inf
    with pytest.raises(UserError, match=r'column x is NaN or infinite in rows 1, 4, 9 \(3 of 10\)'):
        RecordTable(dict(x=values)).column('x', (2,))
    with pytest.raises(UserError, match=r'rows 0, 1, 2, 3, 4, … \(8 of 8\)'):
        RecordTable(dict(x=np.full(8, np.nan))).column('x')
    with pytest.raises(UserError, match=r'in row 2 \(1 of 3\)'):
        RecordTable(dict(x=np.array([0, 0, np.nan]))).column('x')


def test_rows_can_be_marked_instead_of_refused(tmp_path):
    values = np.zeros((10, 2), np.float32)
    values[4] = np.nan
    np.savez(tmp_path / 'a.npz', x=values, size=np.arange(10))
    table = RecordTable.from_npz(tmp_path / 'a.npz', on_bad='skip')
    assert not table.bad.any()
    table.column('x', (2,))
    table.check_rows(table.columns['size'] > 0, 'the size is not positive')
    assert np.flatnonzero(table.bad).tolist() == [0, 4] and len(table.complaints) == 2
    assert 'column x is NaN or infinite in row 4 (1 of 10)' in table.complaints[0]
    with pytest.raises(UserError, match='in row 4'):
        RecordTable.from_npz(tmp_path / 'a.npz').column('x', (2,))


@pytest.mark.parametrize('save', [np.savez, np.savez_compressed])
def test_a_pickled_table_of_a_file_is_its_path(tmp_path, save):
    save(tmp_path / 'a.npz', x=np.arange(30000.).reshape(-1, 3), n=np.array(5))
    table = RecordTable.from_npz(tmp_path / 'a.npz')
    data = pickle.dumps(table)
    assert len(data) < 2000
    again = pickle.loads(data)
    np.testing.assert_array_equal(again.column('x', (3,)), table.column('x', (3,)))
    assert again.constants['n'] == 5 and len(again) == 10000
    assert copy.deepcopy(table) is table
    save(tmp_path / 'a.npz', x=np.zeros((2, 3)))
    with pytest.raises(UserError, match='a.npz has changed since it was opened'):
        pickle.loads(data)


def test_a_table_in_memory_is_pickled_with_its_columns():
    table = pickle.loads(pickle.dumps(RecordTable(dict(x=np.arange(3)))))
    assert table.column('x', kind='int').tolist() == [0, 1, 2]


def test_large_compressed_archives_are_unpacked_once(tmp_path, monkeypatch):
    monkeypatch.setattr(records, '_UNPACK_ABOVE', 100)
    x = np.random.default_rng(0).random((40, 2))
    np.savez_compressed(tmp_path / 'a.npz', x=x, name=np.array(['n'] * 40))
    table = RecordTable.from_npz(tmp_path / 'a.npz')
    cached = list((tmp_path / '.ajahr_cache').iterdir())
    assert len(cached) == 1 and table.source == str(tmp_path / 'a.npz')
    np.testing.assert_array_equal(table.columns['x'], x)
    assert not table.columns['x'].flags.owndata
    before = cached[0].stat()
    RecordTable.from_npz(tmp_path / 'a.npz')
    assert cached[0].stat() == before
    np.savez_compressed(tmp_path / 'a.npz', x=2 * x)
    np.testing.assert_array_equal(RecordTable.from_npz(tmp_path / 'a.npz').columns['x'], 2 * x)
    assert len(list((tmp_path / '.ajahr_cache').iterdir())) == 1


def test_damage_in_a_file_is_found_at_the_opening(tmp_path):
    np.savez(tmp_path / 'a.npz', x=np.zeros(5000))
    data = bytearray((tmp_path / 'a.npz').read_bytes())
    data[20000] ^= 1
    (tmp_path / 'a.npz').write_bytes(data)
    with pytest.raises(UserError, match='a.npz is not a readable npz'):
        RecordTable.from_npz(tmp_path / 'a.npz')


def test_other_layouts_are_converted_once(tmp_path):
    (tmp_path / 'theirs.txt').write_text('1 2 3')
    calls = []

    def convert():
        calls.append(1)
        numbers = np.array((tmp_path / 'theirs.txt').read_text().split(), float)
        return dict(x=npz_columns.Blocks((len(numbers),), np.float32, [numbers]), left_out=np.array('["row 7 was torn"]'))

    for _ in range(2):
        table = RecordTable.converted([tmp_path / 'theirs.txt'], convert, 'theirs1', required=['x'])
    assert table.column('x').tolist() == [1, 2, 3] and table.left_out == ['row 7 was torn']
    assert calls == [1] and table.source == str(tmp_path / 'theirs.txt')
    (tmp_path / 'theirs.txt').write_text('4 5')
    assert RecordTable.converted([tmp_path / 'theirs.txt'], convert, 'theirs1').column('x').tolist() == [4, 5]
    RecordTable.converted([tmp_path / 'theirs.txt'], convert, 'theirs2')
    assert len(calls) == 3
    with pytest.raises(UserError, match='theirs.txt lacks the column y'):
        RecordTable.converted([tmp_path / 'theirs.txt'], convert, 'theirs2', required=['y'])


def test_rows_are_read_over_and_over_while_their_pages_are_handed_back(tmp_path):
    x = np.random.default_rng(0).random((600, 5))
    np.savez(tmp_path / 'a.npz', x=x, y=np.arange(600))
    for table in (RecordTable.from_npz(tmp_path / 'a.npz'), RecordTable(dict(x=x, y=np.arange(600)))):
        for row in range(600):
            found = table.row(row, ('x', 'y', 'absent'))
            assert set(found) == {'x', 'y'} and found['y'] == row
            np.testing.assert_array_equal(found['x'], x[row])
