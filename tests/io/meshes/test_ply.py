"""PLY: three encodings, colours of every type, polygons, and files that are none."""
import numpy as np
import pytest
import trimesh

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.meshes.ply import read_ply, write_ply


def ply(encoding='ascii', vertices=4, faces=2, color='uchar'):
    """A header for squares of coloured vertices."""
    return (f'ply\nformat {encoding} 1.0\ncomment x\nelement vertex {vertices}\nproperty float x\nproperty double y\n'
            f'property float z\nproperty {color} red\nproperty {color} green\nproperty {color} blue\n'
            f'element face {faces}\nproperty uchar flags\nproperty list uchar int vertex_index\nend_header\n')


ROWS = [(0, 0, 0, 255, 0, 0), (1, 0, 0, 0, 255, 0), (1, 1, 0, 0, 0, 255), (0, 1, 0, 255, 255, 255)]
FACES = [(7, [0, 1, 2]), (8, [0, 2, 3])]
MIXED = [(7, [0, 1, 2, 3]), (8, [0, 2, 3])]


def body(encoding, faces=FACES, rows=ROWS):
    if encoding == 'ascii':
        text = [' '.join(map(str, row)) for row in rows] + [' '.join(map(str, [f, len(c), *c])) for f, c in faces]
        return '\n'.join(text).encode()
    order = '<' if 'little' in encoding else '>'
    table = np.array(rows, [(n, order + t) for n, t in zip('xyzrgb', ('f4', 'f8', 'f4', 'u1', 'u1', 'u1'))])
    return table.tobytes() + b''.join(bytes([f, len(c)]) + np.array(c, order + 'i4').tobytes() for f, c in faces)


ENCODINGS = ['ascii', 'binary_little_endian', 'binary_big_endian']


@pytest.mark.parametrize('encoding', ENCODINGS)
@pytest.mark.parametrize('faces', [FACES, MIXED])
def test_three_encodings_and_lists_of_any_length(tmp_path, encoding, faces):
    path = tmp_path / 'a.ply'
    path.write_bytes(ply(encoding).encode() + body(encoding, faces))
    mesh = read_ply(path)
    np.testing.assert_array_equal(mesh.vertices, [row[:3] for row in ROWS])
    np.testing.assert_array_equal(mesh.faces, [[0, 1, 2], [0, 2, 3]] + [[0, 2, 3]] * (faces is MIXED))
    np.testing.assert_array_equal(mesh.colors, np.array([row[3:] for row in ROWS]) / 255)


@pytest.mark.parametrize('kind, full', [('ushort', 65535), ('float', 1)])
def test_colours_of_other_types(tmp_path, kind, full):
    rows = [(*row[:3], *(full * (c > 0) for c in row[3:])) for row in ROWS]
    (tmp_path / 'a.ply').write_bytes(ply(color=kind).encode() + body('ascii', rows=rows))
    np.testing.assert_array_equal(read_ply(tmp_path / 'a.ply').colors, np.array([row[3:] for row in ROWS]) / 255)


@pytest.mark.parametrize('encoding', ['ascii', 'binary'])
def test_what_trimesh_writes_is_read(tmp_path, capsule, encoding):
    vertices, faces, _ = capsule
    written = trimesh.exchange.ply.export_ply(trimesh.Trimesh(vertices, faces, process=False), encoding)
    (tmp_path / 'a.ply').write_bytes(written)
    mesh = read_ply(tmp_path / 'a.ply')
    np.testing.assert_allclose(mesh.vertices, vertices, atol=1e-6)
    np.testing.assert_array_equal(mesh.faces, faces)


@pytest.mark.parametrize('encoding', ENCODINGS)
def test_every_cut_is_told(tmp_path, encoding):
    path = tmp_path / 'a.ply'
    whole = ply(encoding).encode() + body(encoding)
    last = len(whole) - 1 if encoding == 'ascii' else len(whole)  # a text loses its last digit, not its meaning
    for end in range(0, last, 3):
        path.write_bytes(whole[:end])
        with pytest.raises(UserError, match='a.ply'):
            read_ply(path)


@pytest.mark.parametrize('text, words', [
    (ply(vertices=10 ** 15), 'breaks off'), (ply('binary_little_endian', faces=10 ** 15), 'breaks off'),
    (ply(vertices=-4), "announces '-4'"), (ply('binary_middle_endian'), 'unknown'), (ply().replace('float', 'text'), 'text'),
    (ply().replace('vertex_index', 'others'), 'no list of vertices'), (ply().replace('face', 'edge'), 'lacks a table'),
    ('plyx', 'no end'), ('solid cube', '"ply"'), (ply().replace('comment', 'garbage'), 'garbage'),
    (ply().replace('double y', 'double w'), "'y' is missing")])
def test_headers_that_are_wrong(tmp_path, text, words):
    (tmp_path / 'a.ply').write_bytes(text.encode() + body('ascii'))
    with pytest.raises(UserError, match=words) as caught:
        read_ply(tmp_path / 'a.ply')
    assert '\n' not in str(caught.value)


@pytest.mark.parametrize('faces, words', [([(1, [0, 1, 9])] * 2, 'faces name others'), ([(1, [0, 1])] * 2, '2 corners'),
                                          ([(1, [0, 1, -1])] * 2, 'faces name others'), ([(1, [])] * 2, '0 corners')])
@pytest.mark.parametrize('encoding', ENCODINGS)
def test_faces_that_are_wrong(tmp_path, encoding, faces, words):
    (tmp_path / 'a.ply').write_bytes(ply(encoding).encode() + body(encoding, faces))
    with pytest.raises(UserError, match=words):
        read_ply(tmp_path / 'a.ply')


def test_a_cloud_of_points_is_no_mesh(tmp_path):
    (tmp_path / 'a.ply').write_bytes(ply(faces=0).encode() + body('ascii', []))
    with pytest.raises(UserError, match='no faces'):
        read_ply(tmp_path / 'a.ply')


def test_colours_are_written_as_bytes(tmp_path, capsule):
    write_ply(tmp_path / 'a.ply', *capsule)
    np.testing.assert_allclose(read_ply(tmp_path / 'a.ply').colors, capsule[2], atol=.5 / 255 + 1e-6)
