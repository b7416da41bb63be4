"""Rig and clip there and back, motions sampled otherwise, and rigs that are more than ours."""
import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.meshes.glb import write_glb
from ajahr_mm.io.meshes.glb_reader import read_glb
from ajahr_mm.io.meshes.rig import Rig, pose_rig
from ajahr_mm.io.meshes.rigged_glb import write_rigged_glb
from ajahr_mm.io.meshes.rigged_glb_reader import read_rigged_glb


@pytest.fixture
def written(tmp_path, rig, clip, capsule):
    rig.colors = capsule[2]
    write_rigged_glb(tmp_path / 'a.glb', rig, clip, extras=dict(limbs=[1, 2]))
    return tmp_path / 'a.glb'


def test_rig_and_clip_come_back(written, rig, clip):
    found = read_rigged_glb(written)
    np.testing.assert_allclose(found.rig.vertices, rig.vertices, atol=1e-7)
    np.testing.assert_array_equal(found.rig.faces, rig.faces)
    np.testing.assert_allclose(found.rig.joints, rig.joints, atol=1e-7)
    np.testing.assert_allclose(found.rig.weights, rig.weights, atol=1e-6)
    np.testing.assert_allclose(found.rig.colors, rig.colors, atol=.03)
    assert list(found.rig.joint_names) == rig.joint_names and list(found.rig.parents) == rig.parents
    np.testing.assert_allclose(found.clip.rotations, clip.rotations, atol=2e-6)
    np.testing.assert_allclose(found.clip.translation, clip.translation, atol=1e-6)
    assert found.clip.fps == pytest.approx(25) and found.extras == dict(limbs=[1, 2])


def test_read_mesh_shows_the_first_frame(written, rig, clip):
    np.testing.assert_allclose(read_glb(written).vertices, pose_rig(rig, clip.rotations[0], clip.translation[0]), atol=2e-6)


def test_absent_bones_and_texture_come_back(tmp_path, cube):
    vertices, faces, uv, uv_faces = cube
    rig = Rig(vertices, faces, ['a', 'b'], [-1, 0], np.zeros((2, 3)), np.tile([1., 0], (8, 1)), [False, True], None, uv,
              uv_faces)
    write_rigged_glb(tmp_path / 'a.glb', rig, absent='flag')
    found = read_rigged_glb(tmp_path / 'a.glb')
    assert found.rig.absent.tolist() == [False, True] and found.clip.rotations.shape == (1, 2, 3, 3)
    np.testing.assert_allclose(found.rig.uv[found.rig.uv_faces], uv[uv_faces], atol=1e-6)


def test_tracks_of_different_length_are_sampled_evenly(written, glb, clip):
    document, blob = glb[0](written)
    animation = document['animations'][0]
    # The first joint keeps only its first and last key: between them it turns evenly.
    keys = np.array([0, .16], np.float32).tobytes()
    output = document['accessors'][animation['samplers'][3]['output']]
    view = document['bufferViews'][output['bufferView']]
    values = np.frombuffer(blob, '<f4', 20, view['byteOffset']).reshape(5, 4)[[0, 4]].tobytes()
    for data, kind in ((keys, 'SCALAR'), (values, 'VEC4')):
        document['bufferViews'].append(dict(buffer=0, byteOffset=len(blob), byteLength=len(data)))
        document['accessors'].append(dict(bufferView=len(document['bufferViews']) - 1, componentType=5126, count=2,
                                          type=kind))
        blob += data
    animation['samplers'][3] = dict(input=len(document['accessors']) - 2, output=len(document['accessors']) - 1)
    document['buffers'][0]['byteLength'] = len(blob)
    written.write_bytes(glb[1](document, blob))
    found = read_rigged_glb(written).clip
    # That joint turned about one axis at a constant rate, so nothing is lost.
    np.testing.assert_allclose(found.rotations, clip.rotations, atol=1e-5)


@pytest.mark.parametrize('change, words', [
    (lambda d: d['skins'][0]['joints'].__setitem__(1, 1), 'names a joint twice'),
    (lambda d: d['skins'][0]['joints'].append(99), 'cannot be read'),
    (lambda d: d['animations'][0]['samplers'][0].update(interpolation='CUBICSPLINE'), 'CUBICSPLINE'),
    (lambda d: d['animations'][0]['channels'][0]['target'].update(path='scale'), 'cannot be read'),
    (lambda d: d['animations'][0]['channels'][-1]['target'].update(node=2), 'changes the translation of middle'),
    (lambda d: d['animations'][0]['samplers'][0].update(input=99), 'entry 99 of accessors'),
    (lambda d: d['nodes'][1].update(scale=[2, 2, 2]), 'root is scaled'),
    (lambda d: d['nodes'][2].update(translation=[0, 0, 2]), 'middle is scaled or away'),
    (lambda d: d['nodes'].append(dict(children=[1], scale=[2, 2, 2])), 'node 5 moves'),
    (lambda d: d['nodes'][0].pop('skin'), 'no skinned mesh'),
    (lambda d: d['meshes'][0]['primitives'][0]['attributes'].pop('JOINTS_0'), 'without a weight')])
def test_rigs_that_cannot_be_read(written, glb, change, words):
    document, blob = glb[0](written)
    change(document)
    written.write_bytes(glb[1](document, blob))
    with pytest.raises(UserError, match=words) as caught:
        read_rigged_glb(written)
    assert str(caught.value).startswith(str(written)) and '\n' not in str(caught.value)


def test_bones_that_are_turned_in_rest_are_told_and_the_mesh_can_be_read(written, glb, rig):
    document, blob = glb[0](written)
    view = document['bufferViews'][document['accessors'][document['skins'][0]['inverseBindMatrices']]['bufferView']]
    turned = np.frombuffer(blob, '<f4', 64, view['byteOffset']).reshape(4, 4, 4).copy()
    turned[:, :3, :3] = np.diag([-1, 1, -1])
    blob = blob[:view['byteOffset']] + turned.tobytes() + blob[view['byteOffset'] + 256:]
    written.write_bytes(glb[1](document, blob))
    with pytest.raises(UserError, match='turned or scaled in the rest pose'):
        read_rigged_glb(written)
    assert len(read_glb(written).faces) == len(rig.faces)


def test_a_static_mesh_is_no_rig(tmp_path, capsule):
    write_glb(tmp_path / 'a.glb', *capsule)
    with pytest.raises(UserError, match='no skinned mesh'):
        read_rigged_glb(tmp_path / 'a.glb')
