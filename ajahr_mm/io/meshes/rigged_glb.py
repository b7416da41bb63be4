"""A rig and its motion as a binary glTF 2.0 file: skin, joint nodes and one animation."""
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple, Union

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.meshes.glb import add_mesh
from ajahr_mm.io.meshes.glb_writer import GlbWriter
from ajahr_mm.io.meshes.material import Material
from ajahr_mm.io.meshes.rig import Clip, Rig, strongest_weights
from ajahr_mm.io.meshes.surface import make_surface

ABSENT = ('drop', 'flag')


def write_rigged_glb(path: Union[str, Path], rig: Rig, clip: Optional[Clip] = None, name: str = 'body',
                     extras: Optional[Dict[str, Any]] = None, absent: str = 'drop', material: Optional[Material] = None,
                     max_influences: Optional[int] = None) -> None:
    """Writes a mesh that moves with its joints; two frames or more become an animation.

    The joint nodes stand in the first frame of the clip; the inverse bind matrices hold the rest pose.

    Args:
        extras: JSON-able facts kept in the node of the mesh.
        absent: 'drop' leaves the bones of lost limbs out, 'flag' keeps them with ``extras.absent = true``, in rest.
        max_influences: joints that may hold one vertex; None keeps all of them. Some players read only the first four.

    Raises:
        UserError: rig and clip do not fit, or an argument is wrong.
    """
    if absent not in ABSENT:
        raise UserError(f'absent={absent!r} is not one of {", ".join(ABSENT)}')
    if max_influences is not None and max_influences < 1:
        raise UserError(f'max_influences must be 1 or more, got {max_influences}')
    rotations = np.tile(np.eye(3), (1, len(rig.joint_names), 1, 1)) if clip is None else clip.rotations
    if rotations.shape[1] != len(rig.joint_names):
        raise UserError(f'the clip moves {rotations.shape[1]} joints, but the rig has {len(rig.joint_names)}')
    clip = Clip(rotations) if clip is None else clip
    if absent == 'drop':
        clip = Clip(clip.rotations[:, rig.present()], clip.translation, clip.fps, clip.name)
        rig = rig.without_absent()

    writer = GlbWriter()
    surface = make_surface(rig.vertices, rig.faces, rig.colors, rig.uv, rig.uv_faces).split_at_seams()
    influences = _influences(strongest_weights(rig.weights[surface.source], max_influences))
    mesh = add_mesh(writer, surface, name, material, **influences)
    body = writer.add('nodes', name=name, mesh=mesh, skin=0, extras=extras or None)
    turns = clip.quaternions()
    nodes = [_add_joint(writer, rig, joint, turns[0, joint], clip.translation[0]) for joint in range(len(rig.parents))]
    for joint, parent in enumerate(rig.parents):
        if parent >= 0:
            writer.document['nodes'][nodes[parent]].setdefault('children', []).append(nodes[joint])
    bind = np.tile(np.eye(4, dtype=np.float32), (len(nodes), 1, 1))
    bind[:, 3, :3] = -rig.joints  # column by column, so the last column stands in the last row
    writer.add('skins', joints=nodes, skeleton=nodes[0], inverseBindMatrices=writer.column(bind.reshape(-1, 16)))
    if len(turns) > 1:
        _add_animation(writer, rig, clip, turns, nodes)
    writer.document.update(scene=0, scenes=[dict(nodes=[body, nodes[0]])])
    writer.save(path)


def _influences(weights: np.ndarray) -> Dict[str, np.ndarray]:
    """(V,J) weights as columns JOINTS_0, WEIGHTS_0, ... of four joints each, the strongest first."""
    sets = -(-int((weights > 0).sum(1).max()) // 4)
    joints = np.argsort(-weights, 1, kind='stable')[:, :4 * sets]
    values = np.take_along_axis(weights, joints, 1).astype(np.float32)
    # Rounded to float32 the sum is off in the last digits; the largest weight takes the difference.
    values[:, 0] = 1 - values[:, 1:].sum(1, dtype=np.float64)
    joints[values == 0] = 0
    missing = 4 * sets - joints.shape[1]
    joints, values = (np.pad(table, ((0, 0), (0, missing))) for table in (joints, values))
    joints = joints.astype(np.uint8 if weights.shape[1] <= 256 else np.uint16)
    columns = {}
    for number in range(sets):
        part = slice(4 * number, 4 * number + 4)
        columns[f'JOINTS_{number}'], columns[f'WEIGHTS_{number}'] = joints[:, part], values[:, part]
    return columns


def _add_joint(writer: GlbWriter, rig: Rig, joint: int, turn: np.ndarray, translation: np.ndarray) -> int:
    parent = rig.parents[joint]
    place = rig.joints[joint] + translation if parent < 0 else rig.joints[joint] - rig.joints[parent]
    gone = bool(rig.absent[joint])
    return writer.add('nodes', name=rig.joint_names[joint], translation=_floats(place),
                      rotation=None if gone else _floats(turn), extras=dict(absent=True) if gone else None)


def _add_animation(writer: GlbWriter, rig: Rig, clip: Clip, turns: np.ndarray, nodes: List[int]) -> None:
    times = writer.column((np.arange(len(turns)) / clip.fps).astype(np.float32), bounds=True)
    tracks: List[Tuple[int, str, np.ndarray]] = [(nodes[j], 'rotation', turns[:, j]) for j in rig.present()]
    if np.ptp(clip.translation, axis=0).any():
        tracks.append((nodes[0], 'translation', (rig.joints[0] + clip.translation).astype(np.float32)))
    samplers = [dict(input=times, output=writer.column(values), interpolation='LINEAR') for _, _, values in tracks]
    channels = [dict(sampler=i, target=dict(node=node, path=path)) for i, (node, path, _) in enumerate(tracks)]
    writer.add('animations', name=clip.name, samplers=samplers, channels=channels)


def _floats(values: np.ndarray) -> List[float]:
    return np.asarray(values, np.float32).tolist()
