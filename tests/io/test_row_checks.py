import numpy as np
import pytest

from ajahr_mm.io import row_checks
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.row_checks import not_finite, not_finite_rows


def test_rows_with_nan_or_infinity(monkeypatch):
    monkeypatch.setattr(row_checks, '_BLOCK_ROWS', 4)
    values = np.zeros((10, 2, 3))
    values[1, 0, 2], values[5, 1, 1], values[9] = np.nan, -np.inf, np.inf
    values[3, 0] = [np.inf, -np.inf, 0]
    assert not_finite(values).tolist() == [1, 3, 5, 9]
    assert not_finite(np.array([0, np.nan, 1])).tolist() == [1]
    assert not_finite(np.empty((0, 3))).tolist() == []


def test_large_numbers_are_finite():
    values = np.full((3, 4), 3e38, np.float32)  # their sum is not
    values[1, 2] = np.nan
    assert not_finite(values).tolist() == [1]


def test_every_float_column_of_a_file(tmp_path):
    x = np.zeros((5, 2), np.float32)
    x[3] = np.nan
    np.savez(tmp_path / 'a.npz', x=x, y=np.zeros(5), n=np.arange(5), c=np.float32(np.nan), s=np.array(['a'] * 5))
    found = not_finite_rows(tmp_path / 'a.npz')
    assert {name: rows.tolist() for name, rows in found.items()} == dict(x=[3], y=[])
    assert not (tmp_path / '.ajahr_cache').exists()


def test_the_result_for_a_large_file_is_kept_until_it_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(row_checks, '_REMEMBER_ABOVE', 10)
    np.savez(tmp_path / 'a.npz', x=np.array([0, np.inf]))
    first = not_finite_rows(tmp_path / 'a.npz')
    with monkeypatch.context() as patch:
        patch.setattr(row_checks, 'stream_rows', lambda *_: pytest.fail('read again'))
        again = not_finite_rows(tmp_path / 'a.npz')
    assert first['x'].tolist() == again['x'].tolist() == [1]
    np.savez(tmp_path / 'a.npz', x=np.array([np.nan, 0, 0]))
    assert not_finite_rows(tmp_path / 'a.npz')['x'].tolist() == [0]
    assert len(list((tmp_path / '.ajahr_cache').iterdir())) == 1


def test_damage_is_found(tmp_path):
    np.savez(tmp_path / 'a.npz', names=np.array(['abcd'] * 500))
    data = bytearray((tmp_path / 'a.npz').read_bytes())
    data[3000] ^= 1
    (tmp_path / 'a.npz').write_bytes(data)
    with pytest.raises(UserError, match='CRC'):
        not_finite_rows(tmp_path / 'a.npz')
