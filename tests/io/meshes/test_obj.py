"""OBJ: the dialects that are about, texture coordinates, and lines that are wrong."""
import numpy as np
import pytest
import trimesh

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.meshes.obj import read_obj, read_textured_obj, write_obj

SQUARE = 'v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\n'


def read(tmp_path, text):
    (tmp_path / 'a.obj').write_text(text)
    return read_textured_obj(tmp_path / 'a.obj')


def test_texture_coordinates_come_back_without_doubled_vertices(tmp_path, cube):
    vertices, faces, uv, uv_faces = cube
    write_obj(tmp_path / 'a.obj', vertices, faces, vertices + .5, uv, uv_faces)
    found = read_textured_obj(tmp_path / 'a.obj')
    np.testing.assert_array_equal(found.mesh.vertices, vertices)
    np.testing.assert_array_equal(found.mesh.faces, faces)
    np.testing.assert_allclose(found.mesh.colors, vertices + .5, atol=1e-6)
    np.testing.assert_allclose(found.uv[found.uv_faces], uv[uv_faces], atol=1e-6)
    other = trimesh.load(tmp_path / 'a.obj', process=False, force='mesh')
    np.testing.assert_allclose(other.visual.uv[other.faces], uv[uv_faces], atol=1e-6)


@pytest.mark.parametrize('face', ['f 1 2 3 4', 'f -4 -3 -2 -1', 'f 1// 2// 3// 4//', 'f 1 2 \\\n 3 4', 'o a\ng b\nf 1 2 3 4',
                                  'usemtl x\nmtllib /etc/passwd\ns 1\nf 1 2 3 4', '#f 1 1 1\nf 1 2 3 4'])
def test_dialects_of_a_square(tmp_path, face):
    found = read(tmp_path, SQUARE + face)
    np.testing.assert_array_equal(found.mesh.faces, [[0, 1, 2], [0, 2, 3]])
    assert found.uv is None and found.mesh.colors is None


def test_negative_indices_count_from_where_they_stand(tmp_path):
    found = read(tmp_path, SQUARE + 'f -4 -3 -2\nv 5 5 5\nf -1 -2 -3\n')
    np.testing.assert_array_equal(found.mesh.faces, [[0, 1, 2], [4, 3, 2]])


def test_a_fourth_coordinate_is_left_out_and_six_are_a_colour(tmp_path):
    found = read(tmp_path, 'v 0 0 0 1\nv 1 0 0 1\nv 1 1 0 1\nf 1 2 3')
    assert found.mesh.vertices.shape == (3, 3) and found.mesh.colors is None
    found = read(tmp_path, 'v 0 0 0 .1 .2 .3\nv 1 0 0 0 0 1\nv 1 1 0 0 0 1\nf 1 2 3')
    np.testing.assert_allclose(found.mesh.colors[0], [.1, .2, .3], atol=1e-6)


def test_a_convex_pentagon_keeps_its_area(tmp_path):
    angle = np.arange(5) * 2 * np.pi / 5
    text = ''.join(f'v {x} {y} 0\n' for x, y in zip(np.cos(angle), np.sin(angle))) + 'f 1 2 3 4 5\n'
    mesh = read(tmp_path, text).mesh
    assert trimesh.Trimesh(mesh.vertices, mesh.faces).area == pytest.approx(2.5 * np.sin(2 * np.pi / 5), rel=1e-5)


def test_faces_of_which_some_lack_texture(tmp_path):
    assert read(tmp_path, SQUARE + 'vt 0 0\nf 1/1 2/1 3/1\nf 1 3 4\n').uv is None


@pytest.mark.parametrize('text, words', [
    ('', 'empty'), ('hello', 'no faces'), (SQUARE, 'no faces'), (SQUARE + 'f 1 2', 'line 5: a face has 2 corners'),
    (SQUARE + 'f 1 2 9', 'line 5: a face names entry 9 of 4'), (SQUARE + 'f 0 1 2', 'names entry 0'),
    (SQUARE + 'f -9 1 2', 'names entry -9'), (SQUARE + 'f a b c', 'line 5'), ('v 1 2\nf 1 1 1', 'three coordinates'),
    ('v nan 0 0\nv 1 0 0\nv 1 1 0\nf 1 2 3', 'not finite'), ('v 1e999 0 0\nv 1 0 0\nv 1 1 0\nf 1 2 3', 'not finite'),
    (SQUARE + 'f 1/7 2/7 3/7', 'names entry 7 of 0'), (SQUARE + 'f 99999999999999999999999 1 2', 'names entry'),
    ('v x 0 0', 'line 1'), ('vt\nv 0 0 0', 'line 1')])
def test_what_is_wrong_is_told_with_its_line(tmp_path, text, words):
    (tmp_path / 'a.obj').write_text(text)
    with pytest.raises(UserError, match=words) as caught:
        read_obj(tmp_path / 'a.obj')
    assert str(caught.value).startswith(str(tmp_path / 'a.obj')) and '\n' not in str(caught.value)
