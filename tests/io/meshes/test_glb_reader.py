"""Scenes of GLB files as trimesh sees them, and files that are damaged in every way a byte can be."""
import struct

import numpy as np
import pytest
import trimesh

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.meshes.glb import write_glb
from ajahr_mm.io.meshes.glb_reader import read_glb


def test_a_scene_of_several_placed_meshes(tmp_path):
    scene = trimesh.Scene()
    rng = np.random.default_rng(0)
    for number in range(3):
        scene.add_geometry(trimesh.creation.icosphere(1), node_name=f'n{number}',
                           transform=trimesh.transformations.random_rotation_matrix(rng.random(3))
                           @ trimesh.transformations.translation_matrix(rng.normal(size=3)))
    (tmp_path / 'a.glb').write_bytes(scene.export(file_type='glb'))
    mesh, other = read_glb(tmp_path / 'a.glb'), trimesh.load(tmp_path / 'a.glb', force='mesh', process=False)

    def triangles(vertices, faces):
        return np.sort(np.round(vertices[faces].reshape(-1, 9), 4), 0)
    np.testing.assert_allclose(triangles(mesh.vertices, mesh.faces), triangles(other.vertices, other.faces), atol=1e-4)


def test_only_the_shown_scene_and_only_triangles(tmp_path, capsule, glb):
    write_glb(tmp_path / 'a.glb', *capsule)
    document, blob = glb[0](tmp_path / 'a.glb')
    document['nodes'].append(dict(mesh=0, translation=[0, 9, 0]))
    lines = dict(document['meshes'][0]['primitives'][0], mode=1)
    document['meshes'][0]['primitives'].append(lines)
    (tmp_path / 'b.glb').write_bytes(glb[1](document, blob))
    mesh = read_glb(tmp_path / 'b.glb')
    np.testing.assert_array_equal(mesh.vertices, capsule[0])
    document['scenes'].append(dict(nodes=[1]))
    document['scene'] = 1
    (tmp_path / 'b.glb').write_bytes(glb[1](document, blob))
    np.testing.assert_allclose(read_glb(tmp_path / 'b.glb').vertices, capsule[0] + [0, 9, 0], atol=1e-6)


@pytest.mark.parametrize('change, words', [
    (lambda d: d['nodes'][0].clear(), 'no triangles'), (lambda d: d.pop('meshes'), 'entry 0 of meshes'),
    (lambda d: d['meshes'][0].clear(), "'primitives' is missing"), (lambda d: d.update(scene='x'), 'entry x of scenes'),
    (lambda d: d.update(nodes=7), 'cannot be read'), (lambda d: d['scenes'][0].update(nodes=[0, 0]), 'twice'),
    (lambda d: d['meshes'][0]['primitives'][0].update(indices=0), 'VEC3 where SCALAR'),
    (lambda d: d['accessors'][3].update(count=5), 'corners do not fit'),
    (lambda d: d['nodes'][0].update(scale=['a', 1, 1]), 'cannot be read'),
    (lambda d: d['nodes'][0].update(translation=[1e308, 1, 1]), 'not finite'),
    (lambda d: d['nodes'][0].update(rotation=[0, 0, 0, 0]), 'cannot be read'),
    (lambda d: d['nodes'][0].update(skin=0), 'entry 0 of skins')])
def test_documents_that_are_wrong(tmp_path, capsule, glb, change, words):
    write_glb(tmp_path / 'a.glb', *capsule)
    document, blob = glb[0](tmp_path / 'a.glb')
    change(document)
    (tmp_path / 'a.glb').write_bytes(glb[1](document, blob))
    with pytest.raises(UserError, match=words) as caught:
        read_glb(tmp_path / 'a.glb')
    assert str(caught.value).startswith(str(tmp_path / 'a.glb')) and '\n' not in str(caught.value)


def test_a_small_file_that_names_its_mesh_a_million_times(tmp_path, capsule, glb, monkeypatch):
    import ajahr_mm.io.meshes.glb_reader as glb_reader
    monkeypatch.setattr(glb_reader, 'MAX_VERTICES', 100_000)
    write_glb(tmp_path / 'a.glb', *capsule)
    document, blob = glb[0](tmp_path / 'a.glb')
    document['nodes'] *= 1000
    document['scenes'][0]['nodes'] = list(range(1000))
    (tmp_path / 'a.glb').write_bytes(glb[1](document, blob))
    with pytest.raises(UserError, match='more than 100000 vertices'):
        read_glb(tmp_path / 'a.glb')


def test_json_that_is_none_or_bottomless(tmp_path, glb):
    for text in (b'{', b'[]', b'[' * 200_000, b'\xff\xfe', b'"x"'):
        (tmp_path / 'a.glb').write_bytes(glb[1](text))
        with pytest.raises(UserError, match='a.glb cannot be read as GLB'):
            read_glb(tmp_path / 'a.glb')


def test_every_cut_is_told(tmp_path, capsule):
    write_glb(tmp_path / 'a.glb', *capsule)
    data = (tmp_path / 'a.glb').read_bytes()
    for end in [*range(0, 40), *range(40, len(data), 997), len(data) - 1]:
        # Once as it is, and once with a length that agrees.
        for cut in (data[:end], data[:8] + struct.pack('<I', max(end, 12)) + data[12:end]):
            (tmp_path / 'b.glb').write_bytes(cut)
            with pytest.raises(UserError):
                read_glb(tmp_path / 'b.glb')
