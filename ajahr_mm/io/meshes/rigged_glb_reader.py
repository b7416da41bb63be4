"""Rig and motion of a GLB file, as :func:`ajahr_mm.io.meshes.rigged_glb.write_rigged_glb` lays them out."""
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.meshes.glb_file import GlbFile
from ajahr_mm.io.meshes.glb_reader import bind_matrices, geometry, skin_weights, vertex_colors
from ajahr_mm.io.meshes.reading import naming, read_bytes
from ajahr_mm.io.meshes.rig import Clip, Rig


class RiggedMesh(NamedTuple):
    """Content of a rigged file."""
    rig: Rig
    clip: Clip              # the first animation; without one a single frame, the pose the joints stand in
    extras: Dict[str, Any]  # facts of the mesh node, for instance the limbs


def read_rigged_glb(path: Union[str, Path]) -> RiggedMesh:
    """The first skinned mesh of a GLB with its bones and its first animation, evenly sampled at its number of keys.

    Only joints may be animated that turn; the root may move too.

    Raises:
        UserError: broken, no skin, or a rig that is more than this: bones turned in rest, scaled or moved ones.
    """
    data = read_bytes(path)
    with naming(path, 'rigged GLB'):
        file = GlbFile(data)
        above = file.parents()
        node = next((n for n in file.document.get('nodes', []) if 'skin' in n and 'mesh' in n), None)
        if node is None:
            raise UserError('it holds no skinned mesh')
        skin = file.entry('skins', node['skin'])
        nodes, parents, bind = _sorted(skin['joints'], above, bind_matrices(file, skin))
        if np.abs(bind[:, :3, :3] - np.eye(3)).max() > 1e-4:
            raise UserError('its bones are turned or scaled in the rest pose; read_mesh reads such a mesh without its bones')
        entries = [file.entry('nodes', joint) for joint in nodes]
        primitive = file.entry('meshes', node['mesh'])['primitives'][0]
        points, faces = geometry(file, primitive)
        weights = skin_weights(file, primitive, len(points), len(nodes))
        uv = None
        if 'TEXCOORD_0' in primitive['attributes']:
            uv = file.column(primitive['attributes']['TEXCOORD_0'], 'VEC2') * [1, -1] + [0, 1]
        order = [skin['joints'].index(joint) for joint in nodes]
        absent = [isinstance(e.get('extras'), dict) and e['extras'].get('absent') is True for e in entries]
        rig = Rig(points, faces, [str(e.get('name', f'joint_{i}')) for i, e in enumerate(entries)], parents, -bind[:, :3, 3],
                  weights[:, order], absent, vertex_colors(file, primitive, len(points)), uv, None if uv is None else faces)
        extras = node.get('extras', {})
        _check_nodes(file, nodes, above, rig)
        return RiggedMesh(rig, _clip(file, nodes, rig), extras if isinstance(extras, dict) else {})


def _sorted(joints: List[int], above: Dict[int, int], bind: np.ndarray) -> Tuple[List[int], List[int], np.ndarray]:
    """Joint nodes with parents before children, the place of each one's parent, and their matrices in that order."""
    if len(set(joints)) != len(joints):
        raise UserError('its skin names a joint twice')

    def depth(joint: int) -> int:
        steps = 0
        while joint != -1:
            joint, steps = above[joint], steps + 1
        return steps

    # Stable: files with parents first keep their order.
    order = list(range(len(joints)))
    if any(above[joint] in joints[i:] for i, joint in enumerate(joints)):
        order.sort(key=lambda i: depth(joints[i]))
    nodes = [joints[i] for i in order]
    return nodes, [nodes.index(above[joint]) if above[joint] in nodes else -1 for joint in nodes], bind[order]


def _check_nodes(file: GlbFile, nodes: List[int], above: Dict[int, int], rig: Rig) -> None:
    """Raises UserError unless joints only turn about the places of the rig, and the root stands in the scene itself."""
    for joint, node in enumerate(nodes):
        matrix, parent = file.matrix(node), rig.parents[joint]
        turn, offset = matrix[:3, :3], 0 if parent < 0 else matrix[:3, 3] - (rig.joints[joint] - rig.joints[parent])
        if np.abs(turn @ turn.T - np.eye(3)).max() > 1e-3 or np.abs(offset).max() > 1e-4:
            raise UserError(f'its joint {rig.joint_names[joint]} is scaled or away from its place in the rest pose')
    node = above[nodes[0]]
    while node != -1:
        if np.abs(file.matrix(node) - np.eye(4)).max() > 1e-4:
            raise UserError(f'node {node} moves, turns or scales the whole rig; apply its transform before saving')
        node = above[node]


def _clip(file: GlbFile, nodes: List[int], rig: Rig) -> Clip:
    """The first animation, or the pose that the joint nodes stand in."""
    from scipy.spatial.transform import Rotation, Slerp
    local = [file.matrix(node) for node in nodes]
    animations = file.document.get('animations', [])
    animation: Dict[str, Any] = animations[0] if animations else dict(channels=[], samplers=[])
    tracks = {}
    for channel in animation['channels']:
        target = channel['target']
        if target.get('node') not in nodes:
            continue
        tracks[nodes.index(target['node']), target['path']] = _track(file, animation['samplers'][channel['sampler']])
    longest: Optional[np.ndarray] = max((times for times, _ in tracks.values()), key=len, default=None)
    times = np.zeros(1) if longest is None else np.linspace(longest[0], longest[-1], len(longest))
    fps = (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 else 30.
    rotations = np.stack([[matrix[:3, :3] for matrix in local]] * len(times))
    rest = [rig.joints[j] - (rig.joints[p] if p >= 0 else 0) for j, p in enumerate(rig.parents)]
    translation = np.tile(local[0][:3, 3] - rest[0], (len(times), 1))
    for (joint, path), (keys, values) in tracks.items():
        at = np.clip(times, keys[0], keys[-1])
        if path == 'rotation':
            turns = Rotation.from_quat(values)
            rotations[:, joint] = (Slerp(keys, turns)(at) if len(keys) > 1 else turns[[0] * len(at)]).as_matrix()
        elif path == 'translation' and joint == 0:
            translation = np.stack([np.interp(at, keys, values[:, axis]) for axis in range(3)], 1) - rest[0]
        elif np.abs(values - (rest[joint] if path == 'translation' else 1)).max() > 1e-4:
            raise UserError(f'its animation changes the {path} of {rig.joint_names[joint]}; a body only turns its joints')
    return Clip(rotations, translation, fps, str(animation.get('name', 'motion')))


def _track(file: GlbFile, sampler: Dict[str, Any]) -> Tuple[np.ndarray, np.ndarray]:
    """Times (T,) s and values (T,3 or 4) of an animation sampler."""
    if sampler.get('interpolation', 'LINEAR') != 'LINEAR':
        raise UserError(f'its animation uses {sampler["interpolation"]} interpolation; sample it linearly first')
    times, values = file.column(sampler['input'], 'SCALAR'), file.column(sampler['output'], 'VEC3', 'VEC4')
    if len(times) != len(values) or (np.diff(times) <= 0).any():
        raise UserError('the times of its animation do not rise or do not fit its values')
    return times.astype(np.float64), values.astype(np.float64)
