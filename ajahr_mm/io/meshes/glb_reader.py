"""The mesh of a GLB file as a viewer shows it before anything plays."""
from pathlib import Path
from typing import Any, Dict, List, Tuple, Union

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.meshes.glb_file import GlbFile
from ajahr_mm.io.meshes.material import to_srgb
from ajahr_mm.io.meshes.reading import Mesh, as_mesh, naming, read_bytes

#: More vertices are refused; a small file can name the same mesh any number of times.
MAX_VERTICES = 20_000_000
MAX_JOINTS = 1024
_TRIANGLES = 4


def read_glb(path: Union[str, Path]) -> Mesh:
    """All triangles of the scene in one mesh, nodes placed and skins applied; morph targets are left out.

    Vertices that were doubled at the seams of a texture stay doubled. Colours are None unless all parts have them.

    Raises:
        UserError: not a GLB, broken, numbers in other files, or no triangles.
    """
    data = read_bytes(path)
    with naming(path, 'GLB'):
        file = GlbFile(data)
        above = file.parents()
        placed = _placed(file, above)
        vertices, faces, colors, total = [], [], [], 0
        for node in _shown(file, above):
            entry = file.entry('nodes', node)
            if 'mesh' not in entry:
                continue
            for primitive in file.entry('meshes', entry['mesh'])['primitives']:
                if primitive.get('mode', _TRIANGLES) != _TRIANGLES:
                    continue
                points, corners = geometry(file, primitive)
                faces.append(corners + total)
                total += len(points)
                if total > MAX_VERTICES:
                    raise UserError(f'it has more than {MAX_VERTICES} vertices')
                vertices.append(_moved(file, entry, primitive, points, placed, placed[node]))
                colors.append(vertex_colors(file, primitive, len(points)))
        if not faces:
            raise UserError('its scene holds no triangles')
        missing = any(color is None for color in colors)
        return as_mesh(np.concatenate(vertices), np.concatenate(faces), None if missing else np.concatenate(colors))


def geometry(file: GlbFile, primitive: Dict[str, Any]) -> Tuple[np.ndarray, np.ndarray]:
    """Vertices (V,3) float64 and triangles (F,3) of a primitive."""
    points = file.column(primitive['attributes']['POSITION'], 'VEC3').astype(np.float64)
    if 'indices' in primitive:
        corners = file.column(primitive['indices'], 'SCALAR').astype(np.int64)
    else:
        corners = np.arange(len(points))
    if len(corners) % 3 or corners.max() >= len(points):
        raise UserError(f'its {len(corners)} triangle corners do not fit {len(points)} vertices')
    return points, corners.reshape(-1, 3)


def vertex_colors(file: GlbFile, primitive: Dict[str, Any], count: int) -> Any:
    """(V,3) sRGB in 0..1, or None."""
    if 'COLOR_0' not in primitive['attributes']:
        return None
    values = _per_vertex(file, primitive, 'COLOR_0', count, 'VEC3', 'VEC4')
    return to_srgb(values[:, :3].astype(np.float64))


def skin_weights(file: GlbFile, primitive: Dict[str, Any], count: int, joints: int) -> np.ndarray:
    """(V,J) weights of a skinned primitive, rows summing to 1."""
    weights = np.zeros((count, joints))
    number = 0
    while f'JOINTS_{number}' in primitive['attributes']:
        ids = _per_vertex(file, primitive, f'JOINTS_{number}', count, 'VEC4')
        values = _per_vertex(file, primitive, f'WEIGHTS_{number}', count, 'VEC4')
        if ids.dtype.kind != 'u' or ids.max() >= joints:
            raise UserError(f'its vertices name joints outside of the {joints} of the skin')
        if values.min() < 0:
            raise UserError('its skin has negative weights')
        np.add.at(weights, (np.arange(count)[:, None], ids), values)
        number += 1
    if not number or weights.sum(1).min() < 1e-3:
        raise UserError('its skin leaves vertices without a weight')
    return weights / weights.sum(1, keepdims=True)


def bind_matrices(file: GlbFile, skin: Dict[str, Any]) -> np.ndarray:
    """(J,4,4) inverse bind matrices of a skin."""
    count = len(skin['joints'])
    if count > MAX_JOINTS:
        raise UserError(f'its skin has {count} joints, more than {MAX_JOINTS}')
    if 'inverseBindMatrices' not in skin:
        return np.tile(np.eye(4), (count, 1, 1))
    matrices = file.column(skin['inverseBindMatrices'], 'MAT4').astype(np.float64)
    if len(matrices) < count:
        raise UserError(f'it has {len(matrices)} inverse bind matrices for {count} joints')
    return matrices[:count].reshape(-1, 4, 4).swapaxes(1, 2)


def _per_vertex(file: GlbFile, primitive: Dict[str, Any], name: str, count: int, *kinds: str) -> np.ndarray:
    values = file.column(primitive['attributes'][name], *kinds)
    if len(values) != count:
        raise UserError(f'{name} has {len(values)} entries for {count} vertices')
    return values


def _moved(file: GlbFile, node: Dict[str, Any], primitive: Dict[str, Any], points: np.ndarray,
           placed: Dict[int, np.ndarray], own: np.ndarray) -> np.ndarray:
    """Vertices (V,3) in the scene. A skinned mesh stands where its joints are, whatever its own node says."""
    if 'skin' not in node:
        return points @ own[:3, :3].T + own[:3, 3]
    skin = file.entry('skins', node['skin'])
    joints = np.stack([placed[joint] for joint in skin['joints']]) @ bind_matrices(file, skin)
    blend = np.einsum('vj,jab->vab', skin_weights(file, primitive, len(points), len(joints)), joints[:, :3])
    return np.einsum('vab,vb->va', blend[..., :3], points) + blend[..., 3]


def _placed(file: GlbFile, above: Dict[int, int]) -> Dict[int, np.ndarray]:
    """(4,4) transform of every node into the scene."""
    placed: Dict[int, np.ndarray] = {-1: np.eye(4)}
    for node in above:
        trail = []
        while node not in placed:
            trail.append(node)
            node = above[node]
        for below in reversed(trail):
            placed[below] = placed[above[below]] @ file.matrix(below)
    return placed


def _shown(file: GlbFile, above: Dict[int, int]) -> List[int]:
    """Nodes of the scene that is shown first; all nodes of a file without scenes."""
    if 'scenes' not in file.document:
        return list(above)
    open_nodes = list(reversed(file.entry('scenes', file.document.get('scene', 0)).get('nodes', [])))
    if len(set(open_nodes)) != len(open_nodes):
        raise UserError('its scene names a node twice')
    shown = []
    while open_nodes:
        node = open_nodes.pop()
        shown.append(node)
        open_nodes.extend(reversed(file.entry('nodes', node).get('children', [])))
        if len(shown) > len(above):
            raise UserError('its scene names a node twice')
    return shown
