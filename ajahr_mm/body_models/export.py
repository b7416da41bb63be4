"""Bodies to files: a rigged and animated GLB, or the mesh of one frame as OBJ or PLY.

The rig is the T-posed shape with the limbs that are there. Its skin says what the body model does: bones of lost limbs
hold nothing, and what they held moves with the last bone that is left.
"""
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Union

import numpy as np
import torch
from torch import Tensor

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.skeleton import JOINTS, NUM_JOINTS, PARENTS
from ajahr_mm.body_models import amputation as amputations
from ajahr_mm.body_models.body_model import BodyModel
from ajahr_mm.io import UserError
from ajahr_mm.io.meshes.material import Material
from ajahr_mm.io.mesh_files import check_suffix, write_mesh
from ajahr_mm.io.meshes.rig import Clip, Rig, pose_rig, strongest_weights
from ajahr_mm.io.meshes.rigged_glb import write_rigged_glb

_CHUNK = 64  # frames posed at a time


@torch.no_grad()
def rig_body(body: BodyModel, betas: Optional[Sequence[float]] = None, limb_extent: Optional[Sequence[float]] = None,
             amputation: str = 'stump', colors: Optional[np.ndarray] = None, uv: bool = False) -> Rig:
    """The rig of one person.

    Args:
        body: all its vertices. Pose blend shapes cannot be put into a skin and are left out.
        betas: (num_betas,) standard deviations; None: the mean.
        limb_extent: (4,) in [0,3]; None: intact.
        amputation: 'stump' (closed rounded residual limbs) or 'collapse' (the paper's zero matrices).
        colors: (V,3) sRGB in 0..1.  uv: with the texture coordinates of the body.

    Raises:
        UserError: an argument is wrong, or the body has no texture coordinates.
    """
    if len(body.faces) == 0 or int(body.faces.max()) >= body.num_vertices:
        raise UserError('only a body with all its vertices can be exported; build it without vertex_ids')
    if uv and (body.uv is None or body.uv_faces is None):
        raise UserError('this body has no texture coordinates; leave uv out')
    betas, extent = _person(body, betas, limb_extent)
    rest = _pose(body, torch.eye(3).repeat(1, NUM_JOINTS, 1, 1), betas, extent, amputation)
    joints = body(*_split(torch.eye(3).repeat(1, NUM_JOINTS, 1, 1)), betas, with_vertices=False).joints[0]
    alive = amputations.alive(extent)[0] if amputation == 'stump' else amputations.kept_joints(extent)[0]
    weights = body.lbs_weights.double() @ _handed_on(alive)
    texture = dict(uv=body.uv.numpy(), uv_faces=body.uv_faces.numpy()) if uv else {}
    return Rig(rest[0].numpy(), body.faces.numpy(), JOINTS, PARENTS, joints.numpy(), weights.numpy(),
               (alive == 0).numpy(), colors, **texture)


def _handed_on(alive: Tensor) -> Tensor:
    """(24,) how much each joint still bends -> (24,24): how the weight of a joint (row) falls on the joints (columns)."""
    shares = torch.zeros(NUM_JOINTS, NUM_JOINTS, dtype=torch.float64)
    for joint, parent in enumerate(PARENTS):  # parents come first
        share = float(alive[joint])
        shares[joint, joint] = share
        if parent >= 0:
            shares[joint] += (1 - share) * shares[parent]
    return shares


def limb_facts(limb_extent: Optional[Sequence[float]], amputation: str = 'stump') -> Dict[str, Any]:
    """What a file says about the limbs: for each its extent, class, AJAHR label and ISO 8549 term; all labels together."""
    extent = np.full(limbs.NUM_LIMBS, limbs.INTACT_EXTENT) if limb_extent is None else np.asarray(limb_extent, float)
    classes = limbs.extent_to_classes(extent)
    facts: List[Dict[str, Any]] = []
    for limb, name in enumerate(limbs.LIMBS):
        label = limbs.limb_to_label(limb, int(classes[limb]))
        facts.append(dict(limb=name, extent=round(float(extent[limb]), 6), limb_class=int(classes[limb]), ajahr_label=label,
                          ajahr_name=limbs.LABEL_NAMES[label], iso_8549=limbs.clinical_term(limb, float(extent[limb]))))
    return dict(limbs=facts, ajahr_labels=limbs.classes_to_labels(classes), amputation=amputation)


def export_body(path: Union[str, Path], body: BodyModel, clip: Optional[Clip] = None,
                betas: Optional[Sequence[float]] = None, limb_extent: Optional[Sequence[float]] = None,
                amputation: str = 'stump', frame: int = 0, colors: Optional[np.ndarray] = None, uv: bool = False,
                absent: str = 'drop', material: Optional[Material] = None, max_influences: Optional[int] = None,
                name: str = 'body') -> None:
    """Writes a person to ``.glb`` (rigged; animated if the clip has several frames), ``.obj`` or ``.ply`` (one frame).

    Args:
        clip: motion of the 24 joints, y up; None: the T-pose.
        frame: which frame of the clip an OBJ or PLY holds.
        absent, material, max_influences: GLB only, see :func:`ajahr_mm.io.meshes.rigged_glb.write_rigged_glb`.
        body, betas, limb_extent, amputation, colors, uv: see :func:`rig_body`.

    Raises:
        UserError: an argument is wrong, or the file cannot be written.
    """
    suffix = check_suffix(path)
    clip = Clip(np.tile(np.eye(3), (1, NUM_JOINTS, 1, 1))) if clip is None else clip
    if clip.rotations.shape[1] != NUM_JOINTS:
        raise UserError(f'the poses move {clip.rotations.shape[1]} joints where {NUM_JOINTS} were expected')
    if not 0 <= frame < len(clip.rotations):
        raise UserError(f'there is no frame {frame}: the clip has {len(clip.rotations)}, counted from 0')
    rig = rig_body(body, betas, limb_extent, amputation, colors, uv)
    if suffix != '.glb':
        vertices = posed_vertices(body, clip, betas, limb_extent, amputation, slice(frame, frame + 1))[0]
        write_mesh(path, vertices, rig.faces, rig.colors, rig.uv, rig.uv_faces)
        return
    try:
        write_rigged_glb(path, rig, clip, name, limb_facts(limb_extent, amputation), absent, material, max_influences)
    except OSError as error:
        raise UserError(f'{path} cannot be written ({error.strerror or error}); choose another place') from None


@torch.no_grad()
def posed_vertices(body: BodyModel, clip: Clip, betas: Optional[Sequence[float]] = None,
                   limb_extent: Optional[Sequence[float]] = None, amputation: str = 'stump',
                   frames: slice = slice(None)) -> np.ndarray:
    """(T,V,3) float32 m: the body model in the frames of a clip."""
    betas, extent = _person(body, betas, limb_extent)
    rotations = torch.as_tensor(clip.rotations[frames], dtype=torch.float32)
    shift = torch.as_tensor(clip.translation[frames], dtype=torch.float32)[:, None]
    parts = [_pose(body, part, betas, extent, amputation) for part in rotations.split(_CHUNK)]
    return (torch.cat(parts) + shift).numpy()


def rig_error(body: BodyModel, clip: Clip, betas: Optional[Sequence[float]] = None,
              limb_extent: Optional[Sequence[float]] = None, amputation: str = 'stump',
              max_influences: Optional[int] = None, max_frames: int = 20) -> np.ndarray:
    """(t,V) m between the skin as written to a GLB and the body model, in up to ``max_frames`` frames of the clip."""
    rig = rig_body(body, betas, limb_extent, amputation)
    weights = strongest_weights(rig.weights, max_influences)
    frames = np.unique(np.linspace(0, len(clip.rotations) - 1, max_frames).astype(int))
    errors = []
    for frame in frames:
        ours = posed_vertices(body, clip, betas, limb_extent, amputation, slice(frame, frame + 1))[0]
        theirs = pose_rig(rig, clip.rotations[frame], clip.translation[frame], weights)
        errors.append(np.linalg.norm(ours - theirs, axis=1))
    return np.stack(errors)


def _person(body: BodyModel, betas: Optional[Sequence[float]], limb_extent: Optional[Sequence[float]]):
    """betas (1,num_betas) and extents (1,4); what is None gets the mean shape and all limbs."""
    try:
        shape = torch.zeros(1, body.num_betas) if betas is None else torch.as_tensor(np.array(betas, np.float32))[None]
        extent = torch.full((1, 4), limbs.INTACT_EXTENT) if limb_extent is None else torch.as_tensor(
            np.array(limb_extent, np.float32))[None]
    except (TypeError, ValueError):
        raise UserError('betas and limb extents must be rows of numbers') from None
    if shape.shape != (1, body.num_betas) or not torch.isfinite(shape).all():
        raise UserError(f'betas must be {body.num_betas} finite numbers, got {betas}')
    amputations.check_extent(extent, 1)
    return shape, extent


def _split(rotations: Tensor):
    return rotations[:, 0], rotations[:, 1:]


def _pose(body: BodyModel, rotations: Tensor, betas: Tensor, extent: Tensor, amputation: str) -> Tensor:
    count = len(rotations)
    return body(*_split(rotations), betas.expand(count, -1), limb_extent=extent.expand(count, -1),
                amputation=amputation).vertices
