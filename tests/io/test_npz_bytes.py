import io
import zipfile

import numpy as np
import pytest

from ajahr_mm.io.npz_bytes import npz_bytes


def columns():
    rng = np.random.default_rng(0)
    return dict(points=rng.normal(size=(2, 44, 3)).astype(np.float32), label=np.array([3, -1]), empty=np.zeros((0, 4)),
                names=np.array(['a', 'größer']), turned=rng.normal(size=(5, 3)).T, flag=np.array(True), größe=np.arange(3))


def test_numpy_and_zipfile_read_what_was_written():
    data = npz_bytes(columns())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [f'{name}.npy' for name in columns()]
    loaded = np.load(io.BytesIO(data), allow_pickle=False)
    for name, column in columns().items():
        assert loaded[name].dtype == column.dtype and loaded[name].shape == column.shape
        np.testing.assert_array_equal(loaded[name], column)


def test_the_arrays_are_those_of_numpy_byte_for_byte():
    theirs = io.BytesIO()
    np.savez(theirs, **columns())
    ours, theirs = (zipfile.ZipFile(io.BytesIO(data)) for data in (npz_bytes(columns()), theirs.getvalue()))
    for name in set(ours.namelist()) - {'turned.npy'}:      # that one they keep in Fortran's order
        assert ours.read(name) == theirs.read(name), name


def test_the_same_columns_are_the_same_bytes():
    assert npz_bytes(columns()) == npz_bytes(columns())


def test_objects_are_refused():
    with pytest.raises(ValueError, match='column what holds Python objects'):
        npz_bytes(dict(what=np.array([print], object)))
