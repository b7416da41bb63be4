"""MATLAB, HDF5 and CDF: what is read, and what is said of files that cannot be."""
import h5py
import numpy as np
import pytest
from scipy.io import savemat

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.lab_files import load_cdf, load_hdf5, load_mat, struct_items

from ..datasets.miniatures.studio import write_cdf


def cut_off(path):
    data = path.read_bytes()
    path.write_bytes(data[:len(data) // 2])


def test_matlab_structs_and_cells(tmp_path):
    cell = np.empty((2, 1), object)
    cell[0, 0], cell[1, 0] = np.ones((3, 2)), np.zeros((4, 2))
    savemat(tmp_path / 'x.mat', dict(cell=cell, person=dict(scale=1.5, point=dict(x=3.0))))
    found = load_mat(tmp_path / 'x.mat', ['cell', 'person'])
    assert found['cell'][1].shape == (4, 2) and found['person'].point.x == 3
    assert [item.scale for item in struct_items(found['person'])] == [1.5] and list(struct_items(None)) == []
    with pytest.raises(UserError, match='lacks other; it has cell, person'):
        load_mat(tmp_path / 'x.mat', ['other', 'cell', 'person'])
    cut_off(tmp_path / 'x.mat')
    with pytest.raises(UserError, match='x.mat is not a readable MATLAB file'):
        load_mat(tmp_path / 'x.mat', ['cell'])


def test_hdf5(tmp_path):
    with h5py.File(tmp_path / 'x.mat', 'w') as file:
        file['a'] = np.arange(6).reshape(2, 3)
    np.testing.assert_array_equal(load_hdf5(tmp_path / 'x.mat', ['a'])['a'], [[0, 1, 2], [3, 4, 5]])
    with pytest.raises(UserError, match='lacks b; it has a'):
        load_hdf5(tmp_path / 'x.mat', ['b'])
    cut_off(tmp_path / 'x.mat')
    with pytest.raises(UserError, match='x.mat is not a readable HDF5 file'):
        load_hdf5(tmp_path / 'x.mat', ['a'])


def test_cdf(tmp_path):
    values = np.random.default_rng(0).normal(size=(1, 5, 96))
    write_cdf(tmp_path / 'x.cdf', values)
    np.testing.assert_array_equal(load_cdf(tmp_path / 'x.cdf', 'Pose'), values)
    with pytest.raises(UserError, match='x.cdf is not a readable CDF file with a variable Other'):
        load_cdf(tmp_path / 'x.cdf', 'Other')
    (tmp_path / 'x.cdf').write_bytes((tmp_path / 'x.cdf').read_bytes()[:100])
    with pytest.raises(UserError, match='x.cdf is not a readable CDF file'):
        load_cdf(tmp_path / 'x.cdf', 'Pose')


@pytest.mark.parametrize('load,arguments', [(load_mat, (['a'],)), (load_hdf5, (['a'],)), (load_cdf, ('a',))])
def test_a_missing_file(tmp_path, load, arguments):
    with pytest.raises(UserError, match='gone does not exist'):
        load(tmp_path / 'gone', *arguments)


def test_a_missing_library_is_named_with_the_line_that_installs_it(tmp_path, monkeypatch):
    def without(name):
        raise ImportError(name)
    monkeypatch.setattr('importlib.import_module', without)
    with pytest.raises(UserError, match='h5py is needed .* pip install h5py'):
        load_hdf5(tmp_path / 'x.mat', ['a'])
