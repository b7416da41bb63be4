import pickle

import torch

from ajahr_mm.rendering import zbuffers
from ajahr_mm.rendering.zbuffers import ZBuffers


def test_memory_is_lent_again_and_never_twice_at_once():
    buffers = ZBuffers(torch.device('cpu'))
    with buffers.borrow((2, 3, 4)) as first, buffers.borrow((2, 3, 4)) as second:
        assert first.shape == (2, 3, 4) and first.dtype == torch.int64
        assert first.data_ptr() != second.data_ptr()
        places = {first.data_ptr(), second.data_ptr()}
    with buffers.borrow((1, 5)) as smaller:
        assert smaller.shape == (1, 5) and smaller.data_ptr() in places
    with buffers.borrow((9, 9, 9)) as larger:
        assert larger.shape == (9, 9, 9)


def test_memory_comes_back_after_an_error():
    buffers = ZBuffers(torch.device('cpu'))
    try:
        with buffers.borrow((4,)) as first:
            raise KeyError
    except KeyError:
        place = first.data_ptr()
    with buffers.borrow((4,)) as second:
        assert second.data_ptr() == place


def test_huge_memory_is_not_kept(monkeypatch):
    monkeypatch.setattr(zbuffers, 'KEPT', 64)
    buffers = ZBuffers(torch.device('cpu'))
    for count, kept in ((9, 0), (8, 1)):
        with buffers.borrow((count,)):
            pass
        assert len(buffers._spare) == kept


def test_pickles_are_small():
    buffers = ZBuffers(torch.device('cpu'))
    with buffers.borrow((1000, 1000)):
        pass
    stored = pickle.dumps(buffers)
    assert len(stored) < 1000
    with pickle.loads(stored).borrow((3,)) as memory:
        assert memory.shape == (3,)
