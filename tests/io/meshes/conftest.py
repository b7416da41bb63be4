"""Meshes and a rig that the tests write and read, and a plain GLB parser that shares nothing with ours."""
import json
import struct

import numpy as np
import pytest
import trimesh


@pytest.fixture
def capsule():
    """A closed limb-like mesh along y with outward faces: vertices, faces, colours."""
    mesh = trimesh.creation.capsule(height=1.0, radius=0.1, count=[16, 16])
    vertices = mesh.vertices[:, [1, 2, 0]].astype(np.float32)  # a cyclic change of axes keeps the orientation
    colors = np.random.default_rng(0).uniform(0, 1, vertices.shape).astype(np.float32)
    return vertices, np.array(mesh.faces), colors


@pytest.fixture
def cube():
    """Vertices (8,3), faces (12,3), uv (4,2) and uv_faces (12,3): every side shows the whole texture."""
    box = trimesh.creation.box()
    faces, uv_faces = [], []
    for axis, sign in [(a, s) for a in range(3) for s in (-.5, .5)]:
        ring = np.flatnonzero(box.vertices[:, axis] == sign)
        other = np.delete(box.vertices[ring], axis, 1)
        ring = ring[np.argsort(np.arctan2(other[:, 1], other[:, 0]))]
        turn = np.cross(box.vertices[ring[1]] - box.vertices[ring[0]], box.vertices[ring[2]] - box.vertices[ring[0]])
        order = [0, 1, 2, 3] if turn[axis] * sign > 0 else [0, 3, 2, 1]
        for triangle in ([0, 1, 2], [0, 2, 3]):
            faces.append(ring[[order[i] for i in triangle]])
            uv_faces.append(triangle)
    uv = np.array([[.1, .2], [.9, .2], [.9, .7], [.1, .7]], np.float32)
    return box.vertices.astype(np.float32), np.array(faces), uv, np.array(uv_faces)


@pytest.fixture
def rig(capsule):
    """A capsule over a chain of three joints and a side branch, with soft weights."""
    from ajahr_mm.io.meshes.rig import Rig
    vertices, faces, _ = capsule
    joints = np.array([[0, 0, 0], [.01, .3, 0], [0, .7, .02], [.05, .1, 0]])
    distance = np.linalg.norm(vertices[:, None] - joints, axis=-1)
    weights = np.exp(-8 * distance)
    return Rig(vertices, faces, ['root', 'middle', 'end', 'side'], [-1, 0, 1, 0], joints,
               weights / weights.sum(1, keepdims=True))


@pytest.fixture
def clip():
    """Five frames that turn the four joints far enough for quaternions to change their sign, and walk away."""
    from scipy.spatial.transform import Rotation

    from ajahr_mm.io.meshes.rig import Clip
    vectors = np.linspace(0, 1, 5)[:, None, None] * np.array([[0, 6., 0], [2, 0, 0], [0, 0, -4], [1, 1, 1]])
    turns = Rotation.from_rotvec(vectors.reshape(-1, 3)).as_matrix().reshape(5, 4, 3, 3)
    return Clip(turns, np.linspace(0, 1, 5)[:, None] * [1, 0, .5], 25.)


def parse_glb(path):
    """JSON document and binary chunk."""
    data = path.read_bytes()
    magic, version, length = struct.unpack('<4sII', data[:12])
    assert (magic, version, length) == (b'glTF', 2, len(data))
    size, kind = struct.unpack('<I4s', data[12:20])
    assert kind == b'JSON' and size % 4 == 0
    return json.loads(data[20:20 + size]), data[28 + size:]


def build_glb(document, blob=b''):
    """The bytes of a GLB with any JSON document."""
    text = json.dumps(document).encode() if not isinstance(document, bytes) else document
    text += b' ' * (-len(text) % 4)
    chunks = struct.pack('<I4s', len(text), b'JSON') + text + struct.pack('<I4s', len(blob), b'BIN\0') + blob
    return struct.pack('<4sII', b'glTF', 2, 12 + len(chunks)) + chunks


@pytest.fixture
def glb():
    """(parse, build) of GLB containers."""
    return parse_glb, build_glb
