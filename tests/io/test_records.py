import numpy as np
import pytest

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
