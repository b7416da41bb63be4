"""Static GLB files, by the rules of glTF 2.0 that viewers trip over."""
import numpy as np
import pytest
import trimesh

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.meshes.glb import write_glb

SIZES = {5121: 1, 5123: 2, 5125: 4, 5126: 4}
WIDTHS = {'SCALAR': 1, 'VEC2': 2, 'VEC3': 3, 'VEC4': 4}


def column(document, blob, name):
    accessor = document['accessors'][document['meshes'][0]['primitives'][0]['attributes'][name]]
    view = document['bufferViews'][accessor['bufferView']]
    start = view['byteOffset']
    return np.frombuffer(blob[start:start + view['byteLength']], {5121: 'u1', 5126: '<f4'}[accessor['componentType']])


def test_glb_obeys_the_standard(tmp_path, capsule, glb):
    write_glb(tmp_path / 'a.glb', *capsule, name='person', extras={'translation': [0, 0, 40.0]})
    document, blob = glb[0](tmp_path / 'a.glb')
    assert document['asset']['version'] == '2.0' and document['nodes'][0]['extras'] == {'translation': [0, 0, 40.0]}
    for accessor in document['accessors']:
        view = document['bufferViews'][accessor['bufferView']]
        assert view['byteOffset'] % 4 == 0
        assert accessor['count'] * SIZES[accessor['componentType']] * WIDTHS[accessor['type']] == view['byteLength']
        assert view['byteOffset'] + view['byteLength'] <= document['buffers'][0]['byteLength'] <= len(blob)
    normals = column(document, blob, 'NORMAL').reshape(-1, 3)
    np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1, atol=1e-5)
    position = document['accessors'][document['meshes'][0]['primitives'][0]['attributes']['POSITION']]
    np.testing.assert_allclose(position['min'], capsule[0].min(0), atol=1e-6)
    np.testing.assert_allclose(position['max'], capsule[0].max(0), atol=1e-6)


def test_colours_are_stored_in_linear_light(tmp_path, capsule, glb):
    write_glb(tmp_path / 'a.glb', *capsule)
    stored = column(*glb[0](tmp_path / 'a.glb'), 'COLOR_0').reshape(-1, 4)[:, :3] / 255
    stored = np.where(stored <= .0031308, 12.92 * stored, 1.055 * stored ** (1 / 2.4) - .055)
    np.testing.assert_allclose(stored, capsule[2], atol=.03)


def test_texture_coordinates_as_trimesh_reads_them(tmp_path, cube):
    vertices, faces, uv, uv_faces = cube
    picture = np.full((4, 4, 3), 90, np.uint8)
    from ajahr_mm.io.meshes.material import Material
    write_glb(tmp_path / 'a.glb', vertices, faces, uv=uv, uv_faces=uv_faces, material=Material(texture=picture))
    read = trimesh.load(tmp_path / 'a.glb', force='mesh', process=False)
    np.testing.assert_array_equal(read.vertices[read.faces], vertices[faces])
    np.testing.assert_allclose(read.visual.uv[read.faces], uv[uv_faces], atol=1e-6)  # trimesh counts v from the bottom


@pytest.mark.parametrize('extras', [{'a': float('nan')}, {'a': np.zeros(2)}, {'a': object()}])
def test_extras_that_json_cannot_hold(tmp_path, capsule, extras):
    with pytest.raises(UserError, match='extras'):
        write_glb(tmp_path / 'a.glb', *capsule, extras=extras)
    assert list(tmp_path.iterdir()) == []
