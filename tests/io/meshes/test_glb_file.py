"""GLB containers: numbers as numpy packs them, and nothing that points out of the file."""
import struct

import numpy as np
import pytest

from ajahr_mm.io.meshes.glb_file import GlbFile

POINTS = np.arange(12, dtype='<f4').reshape(4, 3)


@pytest.fixture
def opened(glb):
    """Call with a blob and changes of the accessor and of the view: a file with one column."""
    def open_file(blob=POINTS.tobytes(), accessor={}, view={}, **document):
        document = dict(dict(buffers=[dict(byteLength=len(blob))]), **document)
        document['accessors'] = [dict(dict(bufferView=0, componentType=5126, type='VEC3', count=4), **accessor)]
        document['bufferViews'] = [dict(dict(buffer=0, byteLength=len(blob)), **view)]
        return GlbFile(glb[1](document, blob))
    return open_file


def test_a_column_is_what_numpy_packed(opened):
    np.testing.assert_array_equal(opened().column(0, 'VEC3'), POINTS)
    np.testing.assert_array_equal(opened(accessor=dict(byteOffset=12, count=3)).column(0, 'VEC3'), POINTS[1:])
    np.testing.assert_array_equal(opened(accessor=dict(type='SCALAR', count=12)).column(0, 'SCALAR'), POINTS.ravel())


def test_interleaved_columns(opened):
    rows = np.zeros(4, [('position', '<f4', 3), ('color', 'u1', 4)])
    rows['position'] = POINTS
    np.testing.assert_array_equal(opened(rows.tobytes(), view=dict(byteStride=16)).column(0, 'VEC3'), POINTS)


@pytest.mark.parametrize('kind, number, full', [('u1', 5121, 255), ('i1', 5120, 127), ('<u2', 5123, 65535),
                                                ('<i2', 5122, 32767)])
def test_normalized_whole_numbers(opened, kind, number, full):
    low = 0 if 'u' in kind else -full - 1
    blob = np.array([low, 0, full, full // 2], kind).tobytes()
    values = opened(blob, dict(componentType=number, type='SCALAR', normalized=True)).column(0, 'SCALAR')
    np.testing.assert_allclose(values, [max(low / full, -1), 0, 1, (full // 2) / full], atol=1e-6)


@pytest.mark.parametrize('accessor, view, words', [
    (dict(count=5), {}, 'does not fit'), (dict(count=10 ** 18), {}, 'does not fit'), (dict(count=0), {}, 'does not fit'),
    (dict(count=-1), {}, 'not a count'), (dict(count=True), {}, 'not a count'), (dict(count=4.0), {}, 'not a count'),
    (dict(byteOffset=40), {}, 'does not fit'), ({}, dict(byteLength=10 ** 12), 'does not fit'),
    ({}, dict(byteStride=0), 'does not fit'), ({}, dict(byteOffset=8), 'does not fit'), (dict(type='MAT2'), {}, 'MAT2'),
    (dict(bufferView=7), {}, 'entry 7 of bufferViews'), (dict(bufferView=-1), {}, 'entry -1'),
    (dict(sparse={}), {}, 'sparse'), ({}, dict(buffer=1), 'another file')])
def test_columns_that_do_not_fit(opened, accessor, view, words):
    with pytest.raises(ValueError, match=words):
        opened(accessor=accessor, view=view).column(0, 'VEC3')


def test_numbers_of_other_files_are_never_opened(opened, tmp_path):
    (tmp_path / 'secret').write_bytes(POINTS.tobytes())
    for uri in (str(tmp_path / 'secret'), (tmp_path / 'secret').as_uri(), 'http://localhost/x', 'data:;base64,AAAA'):
        with pytest.raises(ValueError, match='another file'):
            opened(buffers=[dict(byteLength=48, uri=uri)]).column(0, 'VEC3')


def test_not_finite(opened):
    with pytest.raises(ValueError, match='not finite'):
        opened((POINTS * np.nan).tobytes()).column(0, 'VEC3')


def test_an_extension_that_must_be_understood(opened):
    with pytest.raises(ValueError, match='KHR_draco_mesh_compression'):
        opened(extensionsRequired=['KHR_draco_mesh_compression'])
    opened(extensionsRequired=['KHR_materials_unlit', 'KHR_mesh_quantization'])


@pytest.mark.parametrize('data, words', [
    (b'solid', 'begin with'), (struct.pack('<4sII', b'glTF', 1, 12), 'version 1'),
    (struct.pack('<4sII', b'glTF', 2, 999), 'breaks off'), (struct.pack('<4sIII4s', b'glTF', 2, 20, 99, b'JSON'), 'chunk')])
def test_containers_that_are_broken(data, words):
    with pytest.raises(ValueError, match=words):
        GlbFile(data)


def test_trees_that_are_none(glb):
    def parents(*children):
        return GlbFile(glb[1](dict(nodes=[dict(children=list(c)) for c in children]))).parents()
    assert parents([1, 2], [3], [], []) == {0: -1, 1: 0, 2: 0, 3: 1}
    for wrong, words in (([[1], [0]], 'below itself'), ([[0]], 'below itself'), ([[2], [2], []], 'two others'),
                         ([[], [2], [3], [1]], 'below itself'), ([[9]], 'entry 9 of nodes')):
        with pytest.raises(ValueError, match=words):
            parents(*wrong)


def test_a_long_chain_of_nodes_takes_no_time(glb):
    count = 200_000
    above = GlbFile(glb[1](dict(nodes=[dict(children=[i + 1]) for i in range(count)] + [{}]))).parents()
    assert above[count] == count - 1


def test_the_transform_of_a_node(glb):
    from scipy.spatial.transform import Rotation
    turn = Rotation.from_rotvec([.3, -.5, 1.])
    node = dict(translation=[1, 2, 3], rotation=turn.as_quat().tolist(), scale=[2, 3, 4])
    expected = np.eye(4)
    expected[:3, :3], expected[:3, 3] = turn.as_matrix() @ np.diag([2, 3, 4]), [1, 2, 3]
    file = GlbFile(glb[1](dict(nodes=[node, dict(matrix=expected.T.ravel().tolist())])))
    np.testing.assert_allclose(file.matrix(0), expected, atol=1e-12)
    np.testing.assert_allclose(file.matrix(1), expected, atol=1e-12)
