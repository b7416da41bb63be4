import mmap

import numpy as np
import pytest

from ajahr_mm.io import npz_columns
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.npz_columns import Blocks, is_mappable, list_members, map_npz, stream_rows, write_npz


@pytest.fixture
def arrays():
    rng = np.random.default_rng(0)
    return dict(x=rng.random((50, 3, 2)).astype(np.float32), name=np.array(['größe', 'b'] * 25), n=np.array(7),
                turned=np.asfortranarray(rng.random((50, 4))), none=np.empty((0, 3)), flag=np.arange(50) % 2 == 0)


@pytest.mark.parametrize('save', [np.savez, np.savez_compressed])
def test_members_are_told_by_their_headers(tmp_path, arrays, save):
    save(tmp_path / 'a.npz', **arrays)
    members = {member.name: member for member in list_members(tmp_path / 'a.npz')}
    assert set(members) == set(arrays)
    for name, array in arrays.items():
        assert (members[name].shape, members[name].dtype, members[name].nbytes) == (array.shape, array.dtype, array.nbytes)
    assert is_mappable(members.values()) == (save is np.savez)


def test_mapped_arrays_are_the_arrays_and_lie_in_the_file(tmp_path, arrays):
    np.savez(tmp_path / 'a.npz', **arrays)
    mapped, mapping = map_npz(tmp_path / 'a.npz')
    mapping.madvise(mmap.MADV_DONTNEED)
    for name, array in arrays.items():
        np.testing.assert_array_equal(mapped[name], array)
        assert not mapped[name].flags.writeable
        base = mapped[name]
        while isinstance(base, np.ndarray):
            base = base.base
        assert base is mapping


def test_compressed_is_not_mapped(tmp_path):
    np.savez_compressed(tmp_path / 'a.npz', x=np.zeros(9))
    with pytest.raises(UserError, match='a.npz is compressed'):
        map_npz(tmp_path / 'a.npz')


@pytest.mark.parametrize('save', [np.savez, np.savez_compressed])
def test_rows_stream_in_blocks(tmp_path, arrays, save, monkeypatch):
    monkeypatch.setattr(npz_columns, '_BLOCK_BYTES', 7 * 24)  # seven rows of x
    save(tmp_path / 'a.npz', **arrays)
    for name, array in arrays.items():
        blocks = list(stream_rows(tmp_path / 'a.npz', name))
        if name == 'x':
            assert [len(block) for block in blocks] == [7] * 7 + [1]
        if array.size:
            np.testing.assert_array_equal(np.concatenate(blocks) if array.ndim else blocks[0], array)


def test_written_by_blocks_and_read_by_numpy(tmp_path, arrays):
    parts = [arrays['x'][:20], arrays['x'][20:]]
    write_npz(tmp_path / 'a.npz', dict(x=Blocks((50, 3, 2), np.float32, iter(parts)), n=arrays['n'], name=arrays['name'],
                                       none=arrays['none'], turned=arrays['turned']))
    with np.load(tmp_path / 'a.npz', allow_pickle=False) as loaded:
        for name in loaded.files:
            np.testing.assert_array_equal(loaded[name], arrays[name])
            assert loaded[name].dtype == arrays[name].dtype
    first = (tmp_path / 'a.npz').read_bytes()
    write_npz(tmp_path / 'a.npz', map_npz(tmp_path / 'a.npz')[0])
    assert (tmp_path / 'a.npz').read_bytes() == first


def test_blocks_that_do_not_add_up_leave_no_file(tmp_path):
    with pytest.raises(ValueError, match='column x: 3 values'):
        write_npz(tmp_path / 'a.npz', dict(x=Blocks((4,), np.float32, [np.zeros(3)])))
    assert not list(tmp_path.iterdir())


class Bomb:
    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, 'w')


def test_objects_are_refused_without_being_read(tmp_path):
    np.savez(tmp_path / 'a.npz', x=np.zeros(2), bad=np.array([Bomb(tmp_path / 'ran')], object))
    for read in (list_members, map_npz, lambda path: list(stream_rows(path, 'bad'))):
        with pytest.raises(UserError, match="a.npz: array 'bad' holds pickled"):
            read(tmp_path / 'a.npz')
    assert not (tmp_path / 'ran').exists()


@pytest.mark.parametrize('save', [np.savez, np.savez_compressed])
@pytest.mark.parametrize('kept', [0.0, 0.1, 0.5, 0.95])
def test_cut_off_anywhere(tmp_path, save, kept):
    save(tmp_path / 'a.npz', x=np.random.default_rng(0).random(500))
    data = (tmp_path / 'a.npz').read_bytes()
    (tmp_path / 'a.npz').write_bytes(data[:int(len(data) * kept)])
    with pytest.raises(UserError, match='a.npz is not a readable npz'):
        list_members(tmp_path / 'a.npz')


def test_damage_inside_is_found_by_streaming(tmp_path):
    np.savez(tmp_path / 'a.npz', x=np.zeros(5000), y=np.zeros(3))
    data = bytearray((tmp_path / 'a.npz').read_bytes())
    data[20000] ^= 1
    (tmp_path / 'a.npz').write_bytes(data)
    with pytest.raises(UserError, match='CRC'):
        list(stream_rows(tmp_path / 'a.npz', 'x'))
    assert len(list(stream_rows(tmp_path / 'a.npz', 'y'))[0]) == 3


def test_a_header_that_lies_about_the_length(tmp_path):
    import zipfile
    header = np.lib.format.magic(1, 0)
    text = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000,), }".ljust(117) + b'\n'
    with zipfile.ZipFile(tmp_path / 'a.npz', 'w') as archive:
        archive.writestr('x.npy', header + len(text).to_bytes(2, 'little') + text + bytes(80))
    with pytest.raises(UserError, match="array 'x' does not have the length"):
        map_npz(tmp_path / 'a.npz')


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(UserError, match='nowhere.npz does not exist'):
        list_members(tmp_path / 'nowhere.npz')
    with pytest.raises(UserError, match='not a readable npz'):
        list_members(tmp_path)
