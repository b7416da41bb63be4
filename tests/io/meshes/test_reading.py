"""What all readers share: fans of triangles, bytes, one sentence for garbage."""
import struct

import numpy as np
import pytest

import ajahr_mm.io.meshes.reading as reading
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.meshes.reading import fan, naming, read_bytes


def test_fans_against_a_plain_loop():
    sizes = np.random.default_rng(0).integers(3, 8, 40)
    expected, polygons, start = [], [], 0
    for number, size in enumerate(sizes):
        for corner in range(1, size - 1):
            expected.append([start, start + corner, start + corner + 1])
            polygons.append(number)
        start += size
    triangles, polygon = fan(sizes)
    np.testing.assert_array_equal(triangles, expected)
    np.testing.assert_array_equal(polygon, polygons)


def test_a_face_of_two_corners():
    with pytest.raises(UserError, match='2 corners'):
        fan(np.array([3, 2]))


@pytest.mark.parametrize('error', [KeyError('mesh'), IndexError(), struct.error('short'), RecursionError('deep'),
                                   UnicodeDecodeError('utf-8', b'x', 0, 1, 'bad'), MemoryError(), OverflowError('a\nb')])
def test_garbage_becomes_one_sentence(error):
    with pytest.raises(UserError, match='^a.glb cannot be read as GLB: .') as caught:
        with naming('a.glb', 'GLB'):
            raise error
    assert '\n' not in str(caught.value)


def test_our_own_mistakes_keep_their_name():
    with pytest.raises(NameError):
        with naming('a.glb', 'GLB'):
            raise NameError('a bug')


def test_files_that_cannot_be_read(tmp_path, monkeypatch):
    with pytest.raises(UserError, match='does not exist'):
        read_bytes(tmp_path / 'absent.glb')
    with pytest.raises(UserError, match='is a folder'):
        read_bytes(tmp_path)
    (tmp_path / 'a').write_bytes(b'12345')
    assert read_bytes(tmp_path / 'a') == b'12345'
    monkeypatch.setattr(reading, 'MAX_BYTES', 4)
    with pytest.raises(UserError, match='more than'):
        read_bytes(tmp_path / 'a')
