"""Mesh files, read back by trimesh and checked against the glTF 2.0 rules that viewers trip over."""
import json
import struct

import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.mesh_files import camera_to_y_up, clean_mesh, vertex_normals, write_glb, write_mesh

trimesh = pytest.importorskip('trimesh')


@pytest.fixture
def capsule():
    """A closed limb-like mesh along y with outward faces: vertices, faces, colours."""
    mesh = trimesh.creation.capsule(height=1.0, radius=0.1, count=[16, 16])
    vertices = mesh.vertices[:, [1, 2, 0]].astype(np.float32)  # a cyclic change of axes keeps the orientation
    colors = np.random.default_rng(0).uniform(0, 1, vertices.shape).astype(np.float32)
    return vertices, np.array(mesh.faces), colors


def collapse_below(vertices, height):
    """Pulls everything below ``height`` into one point, as a zero rotation matrix does to a limb."""
    below = vertices[:, 1] < height
    vertices = vertices.copy()
    # float32 noise, as posing leaves it
    vertices[below] = [0, height, 0] + np.random.default_rng(1).normal(0, 1e-7, (below.sum(), 3))
    return vertices.astype(np.float32), below


def glb_parts(path):
    data = path.read_bytes()
    magic, version, length = struct.unpack('<4sII', data[:12])
    assert (magic, version, length) == (b'glTF', 2, len(data))
    json_length, kind = struct.unpack('<I4s', data[12:20])
    assert kind == b'JSON' and json_length % 4 == 0
    return json.loads(data[20:20 + json_length]), data[28 + json_length:]


def glb_column(path, name):
    document, blob = glb_parts(path)
    accessor = document['accessors'][document['meshes'][0]['primitives'][0]['attributes'][name]]
    view = document['bufferViews'][accessor['bufferView']]
    start = view.get('byteOffset', 0)
    return np.frombuffer(blob[start:start + view['byteLength']], {5121: 'u1', 5126: '<f4'}[accessor['componentType']])


@pytest.mark.parametrize('suffix', ['.glb', '.obj', '.ply'])
def test_every_format_reads_back_as_the_same_closed_outward_mesh(tmp_path, capsule, suffix):
    vertices, faces, colors = capsule
    write_mesh(tmp_path / f'body{suffix}', vertices, faces, colors)
    read = trimesh.load(tmp_path / f'body{suffix}', force='mesh', process=False)
    assert read.vertices.shape == vertices.shape
    np.testing.assert_allclose(read.vertices, vertices, atol=1e-6)
    np.testing.assert_array_equal(read.faces, faces)
    assert read.is_watertight and read.volume == pytest.approx(trimesh.Trimesh(vertices, faces).volume, rel=1e-4)
    assert read.volume > 0, 'faces look inwards'
    if suffix == '.glb':  # trimesh drops vertex colours beside a material; glTF stores linear light
        stored = glb_column(tmp_path / 'body.glb', 'COLOR_0').reshape(-1, 4)[:, :3] / 255
        stored = np.where(stored <= .0031308, 12.92 * stored, 1.055 * stored ** (1 / 2.4) - .055)
    else:
        stored = read.visual.vertex_colors[:, :3] / 255
    np.testing.assert_allclose(stored, colors, atol=.03)


@pytest.mark.parametrize('suffix', ['.glb', '.obj', '.ply'])
def test_a_collapsed_limb_leaves_no_degenerate_face_and_no_hole(tmp_path, capsule, suffix):
    vertices, faces, colors = capsule
    vertices, below = collapse_below(vertices, 0.5)
    write_mesh(tmp_path / f'stump{suffix}', vertices, faces, colors)
    read = trimesh.load(tmp_path / f'stump{suffix}', force='mesh', process=False)
    assert len(read.vertices) == (~below).sum() + 1, 'the collapsed limb should be one vertex'
    assert read.area_faces.min() > 1e-7
    assert read.is_watertight and read.volume > 0


def test_normals_are_those_of_trimesh(capsule):
    vertices, faces, _ = capsule
    mesh = trimesh.Trimesh(vertices, faces, process=False)
    weighted = trimesh.geometry.weighted_vertex_normals(len(vertices), faces, mesh.face_normals, mesh.area_faces[:, None]
                                                        .repeat(3, 1))
    np.testing.assert_allclose(vertex_normals(vertices, faces), weighted, atol=1e-4)


def test_glb_obeys_the_standard(tmp_path, capsule):
    write_glb(tmp_path / 'a.glb', *capsule, name='person', extras={'translation': [0, 0, 40.0]})
    document, blob = glb_parts(tmp_path / 'a.glb')
    assert document['asset']['version'] == '2.0' and document['nodes'][0]['extras'] == {'translation': [0, 0, 40.0]}
    sizes = {5121: 1, 5125: 4, 5126: 4}
    widths = {'SCALAR': 1, 'VEC3': 3, 'VEC4': 4}
    for accessor in document['accessors']:
        view = document['bufferViews'][accessor['bufferView']]
        assert view.get('byteOffset', 0) % 4 == 0
        assert accessor['count'] * sizes[accessor['componentType']] * widths[accessor['type']] == view['byteLength']
        assert view.get('byteOffset', 0) + view['byteLength'] <= document['buffers'][0]['byteLength'] <= len(blob)
    primitive = document['meshes'][0]['primitives'][0]
    normals = glb_column(tmp_path / 'a.glb', 'NORMAL').reshape(-1, 3)
    np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1, atol=1e-5)
    position = document['accessors'][primitive['attributes']['POSITION']]
    np.testing.assert_allclose(position['min'], capsule[0].min(0), atol=1e-6)
    np.testing.assert_allclose(position['max'], capsule[0].max(0), atol=1e-6)


def test_camera_axes_turn_upright_without_mirroring(capsule):
    vertices, faces, _ = capsule
    turned = camera_to_y_up(vertices)
    assert trimesh.Trimesh(turned, faces).volume > 0
    np.testing.assert_array_equal(camera_to_y_up([[1., 2., 3.]]), [[1, -2, -3]])


@pytest.mark.parametrize('break_it, words', [
    (lambda v, f, c: (v[:, :2], f, c), 'vertices'),
    (lambda v, f, c: (v, f + len(v), c), 'faces name others'),
    (lambda v, f, c: (np.full_like(v, np.nan), f, c), 'not finite'),
    (lambda v, f, c: (v, f, c[:-1]), 'colors'),
    (lambda v, f, c: (np.zeros_like(v), f, c), 'no face'),
])
def test_what_is_no_mesh_is_refused_and_leaves_no_file(tmp_path, capsule, break_it, words):
    with pytest.raises(ValueError, match=words):
        write_glb(tmp_path / 'a.glb', *break_it(*capsule))
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_suffix_is_refused(tmp_path, capsule):
    with pytest.raises(UserError, match='.glb, .obj, .ply'):
        write_mesh(tmp_path / 'a.fbx', *capsule)


def test_a_clean_mesh_is_left_alone(capsule):
    vertices, faces, colors = capsule
    same = clean_mesh(vertices, faces, colors)
    for ours, given in zip(same, capsule):
        np.testing.assert_array_equal(ours, given)


def test_faces_that_lie_back_to_back_go_in_pairs(capsule):
    vertices, faces, _ = capsule
    folds = np.array([[3, 50, 90], [50, 3, 90], [7, 20, 60], [20, 60, 7][::-1]])
    _, cleaned, _ = clean_mesh(vertices, np.concatenate([folds[:2], faces, folds[2:]]))
    np.testing.assert_array_equal(cleaned, faces)
