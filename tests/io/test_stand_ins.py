"""Sparse matrices and chumpy's arrays become arrays without scipy and chumpy; broken ones are named."""
import pickle
import sys

import numpy as np
import pytest
import scipy.sparse

from ajahr_mm.io.restricted_pickle import SMPL, load_pickle
from ajahr_mm.io.stand_ins import (ChumpyArray, ChumpyReshape, ChumpySelect, ChumpyTranspose, CoordinateMatrix, SparseMatrix,
                                   StandIn, as_array)


def with_state(kind, **state):
    thing = kind()
    thing.hold(state)
    return thing


@pytest.mark.parametrize('kind', ['csc_matrix', 'csr_matrix', 'coo_matrix', 'csc_array', 'csr_array', 'coo_array'])
@pytest.mark.parametrize('old_module', [False, True])
@pytest.mark.parametrize('protocol', range(6))
def test_sparse_matrices_equal_those_of_scipy(kind, old_module, protocol):
    matrix = scipy.sparse.random(7, 11, 0.3, format=kind[:3], random_state=0, dtype=np.float64)
    matrix = getattr(scipy.sparse, kind)(matrix)
    data = pickle.dumps(matrix, protocol)
    if old_module:  # its name before scipy 1.8, one letter shorter
        new, old = f'scipy.sparse._{kind[:3]}'.encode(), f'scipy.sparse.{kind[:3]}'.encode()
        for with_length in (lambda name: b'\x8c' + bytes([len(name)]) + name, lambda name: b'c' + name):
            data = data.replace(with_length(new), with_length(old))
        if data[2:3] == b'\x95':
            data = data[:2] + data[11:]  # frames know their length, and are not needed
    back = load_pickle(data, SMPL)
    assert isinstance(back, StandIn)
    np.testing.assert_array_equal(as_array(back), matrix.toarray())


@pytest.mark.parametrize('data', [
    b"(dp1\nS'v'\nccopy_reg\n_reconstructor\np3\n(cchumpy.ch\nCh\np4\nc__builtin__\nobject\np5\nNtRp6\n(dp7\nS'x'\nF2.5\n"
    b"sS'_dirty_vars'\np8\nc__builtin__\nset\np9\n((lp10\nS'x'\natRp11\nsS'_itr'\np12\nNsbs.",
    b'\x80\x02}q\x01U\x01vcchumpy.ch\nCh\nq\x03)\x81q\x04}q\x05(U\x01xG@\x04\x00\x00\x00\x00\x00\x00U\x0b_dirty_varsq\x06'
    b'c__builtin__\nset\nq\x07]q\x08U\x01xa\x85Rq\tU\x04_itrq\nNubs.'])
def test_chumpy_as_python_2_writes_it(data):
    """From cPickle of Python 2.7, protocols 0 and 2."""
    assert as_array(load_pickle(data, SMPL)['v']) == 2.5


def test_entries_that_stand_twice_add_up():
    arrays = dict(row=np.array([0, 0]), col=np.array([1, 1]), data=np.array([2., 3.]))
    np.testing.assert_array_equal(as_array(with_state(CoordinateMatrix, _shape=(1, 2), **arrays)), [[0, 5]])


@pytest.mark.parametrize('change', [
    dict(indices=np.array([0, 9])), dict(indices=np.array([0, -1])), dict(indptr=np.array([0, 1])),
    dict(indptr=np.array([0, 2, 1, 2])), dict(indptr=np.array([0, 1, 1, 2 ** 40])), dict(indptr=np.array([1, 1, 1, 2])),
    dict(_shape=(2 ** 40, 2 ** 40)), dict(_shape=(2,)), dict(_shape=(-2, 3)),
    dict(_shape='ab'), dict(data=np.array(['a', 'b'])), dict(data=np.array([{}, {}], object)),
    dict(data=[1, 2]), dict(indices=np.array([0., 1.])), dict(indices=None)])
def test_hostile_indices_never_reach_memory(change):
    state = dict(_shape=(2, 3), data=np.array([1., 2.]), indices=np.array([0, 1]), indptr=np.array([0, 1, 1, 2]))
    np.testing.assert_array_equal(as_array(with_state(SparseMatrix, **state)), [[1, 0, 0], [0, 0, 2]])
    with pytest.raises(ValueError, match='^(is|has) '):
        as_array(with_state(SparseMatrix, **{**state, **change}))
    for name in state:
        with pytest.raises(ValueError, match='does not fit together'):
            as_array(with_state(SparseMatrix, **{key: value for key, value in state.items() if key != name}))


def test_chumpy_expressions_become_arrays():
    """As chumpy's own ``compute_r``: a selection counts through the flattened array."""
    x = np.arange(24.).reshape(2, 3, 4)
    base = with_state(ChumpyArray, x=x, _dirty_vars=set(), _itr=None)
    np.testing.assert_array_equal(as_array(base), x)
    picked = np.arange(24).reshape(2, 3, 4)[..., :2].ravel()
    for shape in ((2, 3, 2), np.array([2, 3, 2])):
        selection = with_state(ChumpySelect, a=base, idxs=picked, preferred_shape=shape)
        np.testing.assert_array_equal(as_array(selection), x[..., :2])
    np.testing.assert_array_equal(as_array(with_state(ChumpySelect, a=x, idxs=picked)), x[..., :2].ravel())
    np.testing.assert_array_equal(as_array(with_state(ChumpyReshape, a=base, newshape=(6, 4))), x.reshape(6, 4))
    np.testing.assert_array_equal(as_array(with_state(ChumpyTranspose, a=base, axes=(2, 0, 1))), x.transpose(2, 0, 1))
    np.testing.assert_array_equal(as_array(with_state(ChumpyTranspose, a=base)), x.T)


def loop():
    thing = ChumpyArray()
    thing.hold(dict(x=thing))
    return thing


def many_times_itself():
    row = [1.] * 10
    for _ in range(30):
        row = [row] * 10
    return row


@pytest.mark.parametrize('value, message', [
    (loop(), 'nested too deeply'), (many_times_itself(), 'is a list, not an array'), ('text', 'is a str, not an array'),
    (with_state(ChumpySelect, a=np.ones(3), idxs=np.array([7])), 'does not fit together'),
    (with_state(ChumpySelect, a=np.ones(3), idxs=np.array([0]), preferred_shape=(5,)), 'reshape'),
    (with_state(ChumpyReshape, a=np.ones(3)), 'does not fit together')])
def test_what_is_no_array_is_named(value, message):
    with pytest.raises(ValueError, match=message):
        as_array(value)


@pytest.mark.parametrize('name', ['chumpy.ch\nMatVecMult', 'chumpy.ch_ops\nadd', 'chumpy.reordering\nConcatenate'])
def test_expressions_that_compute_are_kept_but_not_computed(name):
    back = load_pickle(f'\x80\x02}}VJ\nc{name}\n)\x81}}Va\nI1\nsbs.'.encode('latin1'), SMPL)
    with pytest.raises(ValueError, match='is a Chumpy, which cannot be turned into an array'):
        as_array(back['J'])


def test_chumpy_is_never_imported(tmp_path, monkeypatch):
    (tmp_path / 'chumpy').mkdir()
    (tmp_path / 'chumpy' / '__init__.py').write_text(f'open({str(tmp_path / "ran")!r}, "w")')
    monkeypatch.syspath_prepend(tmp_path)
    sys.modules.pop('chumpy', None)
    back = load_pickle(b'\x80\x02cchumpy.ch\nCh\n)\x81}Vx\nF2.5\nsb.', SMPL)
    assert as_array(back) == 2.5
    assert 'chumpy' not in sys.modules and not (tmp_path / 'ran').exists()
