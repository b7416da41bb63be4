"""BodyModel: pose, shape and limb extents -> vertices, joints and keypoints of a person."""
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np
import torch
from torch import Tensor, nn

from ajahr_mm.anatomy import keypoints as keypoint_sets
from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.skeleton import NUM_JOINTS
from ajahr_mm.body_models import amputation as amputations
from ajahr_mm.body_models import input_checks, skinning
from ajahr_mm.body_models.assets import load_body
from ajahr_mm.body_models.digits import find_digits
from ajahr_mm.body_models.limb_field import limb_field
from ajahr_mm.body_models.stump import Cut, Stump
from ajahr_mm.body_models.surface import Surface
from ajahr_mm.io import UserError
from ajahr_mm.registry import BODY_MODELS

_SHAPES = {'global_orient': (3, 3), 'body_pose': (23, 3, 3), 'transl': (3,)}


@dataclass
class BodyOutput:
    """A batch of posed bodies, metres, in the frame that ``global_orient`` maps to.

    The masks tell which joints and keypoints are there. Those that are not have finite coordinates, so that they can pass
    through a loss under its mask, and these lie at the end of what is left of the limb (collapse: on the topmost lost
    joint). Where the limb would have been stands in the ``ghost`` fields alone.
    """

    vertices: Optional[Tensor]      # (B,V,3); None where only keypoints were asked for
    joints: Tensor                  # (B,24,3)
    keypoints: Tensor               # (B,44,3) HMR44
    limb_extent: Optional[Tensor]   # (B,4) what is shown of the limbs (collapse rounds down); None: everybody is intact
    ghost_joints: Optional[Tensor] = None     # (B,24,3) of the same person with all limbs, where asked for
    ghost_keypoints: Optional[Tensor] = None  # (B,44,3)

    @property
    def joint_present(self) -> Tensor:
        """(B,24) bool: the joint belongs to a part of the body that is there."""
        if self.limb_extent is None:
            return torch.ones(self.joints.shape[:2], dtype=torch.bool, device=self.joints.device)
        return ~limbs.missing_joints(self.limb_extent)

    @property
    def keypoint_present(self) -> Tensor:
        """(B,44) bool: the keypoint belongs to a part of the body that is there."""
        if self.limb_extent is None:
            return torch.ones(self.keypoints.shape[:2], dtype=torch.bool, device=self.keypoints.device)
        return ~keypoint_sets.missing_keypoints(self.limb_extent)


class _Posed(NamedTuple):
    """A posed skeleton and what its skin hangs on."""

    coefficients: Tensor   # (B,N) or (B,N+207) of the blend shapes
    transforms: Tensor     # (B,24,3,4) from rest to posed
    joints: Tensor         # (B,24,3)
    cut: Optional[Cut]     # None: no residual limbs


@BODY_MODELS.register_module()
class BodyModel(nn.Module):
    """A skinned body with 24 SMPL joints.

    Rotations and skinning stay in float32 whatever autocast, the inputs, or ``.bfloat16()`` of the whole network say;
    ``.double()`` makes them float64. Its arrays are buffers that no state dict contains, so checkpoints never carry a
    (possibly licensed) body: ``faces`` (F,3), ``part_labels`` (V,), ``uv`` (T,2), ``uv_faces`` (F,3), and as views
    ``v_template`` (V,3) m, ``lbs_weights`` (V,24).

    Args:
        source: 'open' for the packaged free body, or an SMPL or SMPL-H file (``.npz``, or ``.pkl`` as downloaded).
        vertex_ids: give only these vertices out, in this order (faces, uv then do not apply).
        num_betas: shape axes to use.
        mask_pose_blend: silence the pose blend shapes of zeroed joints; False reproduces the release of the paper.
        stump: ``rounding``, ``root_rounding``, ``taper`` of residual limbs, see :class:`ajahr_mm.body_models.stump.Stump`.
        accept_any_matrix: take pose matrices that do not rotate, too.

    Raises:
        UserError: a stump parameter or a vertex id is wrong; see also :func:`ajahr_mm.body_models.assets.load_body`.
    """

    def __init__(self, source: Union[str, Path] = 'open', vertex_ids: Optional[Sequence[int]] = None, num_betas: int = 10,
                 mask_pose_blend: bool = True, stump: Optional[Dict[str, float]] = None,
                 accept_any_matrix: bool = False) -> None:
        super().__init__()
        body = load_body(source, num_betas)
        self.num_betas, self.mask_pose_blend, self.accept_any_matrix = num_betas, mask_pose_blend, accept_any_matrix
        ids = _checked_ids(vertex_ids, len(body.v_template))
        field = limb_field(body)
        self.stump = Stump(field, find_digits(body, field), **_checked_stump(stump))
        self.surface = Surface(body, ids, self.stump)
        self.landmarks = Surface(body, body.keypoint_vertex_ids, self.stump)
        self.has_pose_blend = body.posedirs is not None
        row = {int(vertex): i for i, vertex in enumerate(ids)}
        self._landmark_rows = [row[int(v)] for v in body.keypoint_vertex_ids if int(v) in row]  # of the surface
        joint_shapedirs = np.einsum('jv,vcn->njc', body.J_regressor, body.shapedirs)  # joints follow the shape on their own
        self._set(torch.float32, joint_template=(body.J_regressor @ body.v_template).reshape(1, -1), uv=body.uv,
                  joint_shapedirs=joint_shapedirs.reshape(num_betas, -1), keypoint_joints=body.keypoint_joints,
                  keypoint_vertices=body.keypoint_vertices)
        self._set(torch.int64, faces=body.faces, uv_faces=body.uv_faces, part_labels=body.weights[ids].argmax(1))

    def _set(self, dtype: torch.dtype, **arrays) -> None:
        for name, value in arrays.items():
            value = None if value is None else torch.as_tensor(value).to(dtype).contiguous()
            self.register_buffer(name, value, persistent=False)

    def _apply(self, fn, *args):
        """Moves the body to a device or to float64; half precision, where a metre is 4 mm coarse, is not for it."""
        def keep_precise(tensor: Tensor) -> Tensor:
            moved = fn(tensor)
            return tensor.to(moved.device) if moved.dtype in (torch.bfloat16, torch.float16) else moved

        return super()._apply(keep_precise, *args)

    @property
    def num_vertices(self) -> int:
        return self.surface.weights.shape[1]

    @property
    def v_template(self) -> Tensor:
        """(V,3) m, the mean shape in T-pose."""
        return self.surface.template.view(3, -1).T

    @property
    def lbs_weights(self) -> Tensor:
        """(V,24) skinning weights."""
        return self.surface.weights.T

    def forward(self, global_orient: Tensor, body_pose: Tensor, betas: Tensor, transl: Optional[Tensor] = None,
                limb_extent: Optional[Tensor] = None, amputation: str = 'collapse', with_vertices: bool = True,
                ghost: bool = False) -> BodyOutput:
        """Posed bodies.

        Args:
            global_orient: (B,3,3) rotation of the pelvis.
            body_pose: (B,23,3,3) rotations of joints 1..23 relative to their parents.
            betas: (B,num_betas) standard deviations.
            transl: (B,3) m, added to everything.
            limb_extent: (B,4) in [0,3], see :mod:`ajahr_mm.anatomy.limbs`; None: all intact.
            amputation: 'collapse' (the paper's zero matrices) or 'stump' (closed rounded residual limbs).
            with_vertices: False skins only the few keypoint vertices, which is several times faster.
            ghost: also tell, in fields of their own, where joints and keypoints would be if no limb were lost.

        Raises:
            UserError: a shape, a mode, an extent, a number or a matrix is wrong. Numbers are looked at where that costs
                little: not under ``torch.compile``, not in training steps on a GPU (which would wait for them), and pose,
                shape and translation not where they require a gradient.
        """
        batch = self._check(global_orient, body_pose, betas, transl, limb_extent, amputation)
        dtype = self.joint_template.dtype
        with torch.autocast(global_orient.device.type, enabled=False):
            rotations = torch.cat([global_orient[:, None], body_pose], 1).to(dtype)
            betas, extent = betas.to(dtype), None if limb_extent is None else limb_extent.to(dtype)
            if extent is not None and amputation == 'collapse':
                extent = amputations.collapsed_extent(extent)
            rest = torch.addmm(self.joint_template, betas, self.joint_shapedirs).view(batch, NUM_JOINTS, 3)
            vertices, joints, keypoints = self._points(self._pose(rotations, betas, rest, extent, amputation), with_vertices)
            ghosts = self._points(self._pose(rotations, betas, rest), False)[1:] if ghost else (None, None)
            if transl is not None:
                shift = transl.to(dtype)[:, None]
                vertices, joints, keypoints, *ghosts = (None if points is None else points + shift
                                                        for points in (vertices, joints, keypoints, *ghosts))
        return BodyOutput(vertices, joints, keypoints, extent, *ghosts)

    def _pose(self, rotations: Tensor, betas: Tensor, rest: Tensor, extent: Optional[Tensor] = None,
              amputation: str = 'collapse') -> _Posed:
        """Skeletons of rotations (B,24,3,3), shapes (B,N), rest joints (B,24,3) and extents (B,4)."""
        bending, cut = None, None  # bending (B,24): 0 for joints that no longer do
        if extent is not None and amputation == 'collapse':
            bending = amputations.kept_joints(extent)
            rotations = amputations.collapse(rotations, bending)
        world, joints = skinning.forward_kinematics(rotations, rest)
        transforms = skinning.skinning_transforms(world, joints, rest)
        if extent is not None and amputation == 'stump':
            bending, cut = amputations.alive(extent), self.stump.cut(betas, rest, extent)
            transforms = amputations.stiffen(transforms, bending)
            joints = amputations.pin(joints, transforms, cut.ends, extent)
        if self.has_pose_blend:
            feature = skinning.pose_feature(rotations, bending if self.mask_pose_blend else None)
            betas = torch.cat([betas, feature], 1)
        return _Posed(betas, transforms, joints, cut)

    def _points(self, posed: _Posed, with_vertices: bool) -> Tuple[Optional[Tensor], Tensor, Tensor]:
        """Vertices, joints and keypoints."""
        skin = (posed.coefficients, posed.transforms, self.stump, posed.cut)
        vertices = self.surface(*skin) if with_vertices else None
        if with_vertices and len(self._landmark_rows) == self.landmarks.weights.shape[1]:
            landmarks = vertices[:, self._landmark_rows]
        else:
            landmarks = self.landmarks(*skin)
        return vertices, posed.joints, self.keypoint_joints @ posed.joints + self.keypoint_vertices @ landmarks

    def _check(self, global_orient: Tensor, body_pose: Tensor, betas: Tensor, transl: Optional[Tensor],
               limb_extent: Optional[Tensor], amputation: str) -> int:
        inputs = dict(global_orient=global_orient, body_pose=body_pose, betas=betas, transl=transl)
        batch = input_checks.check_shapes(inputs, {**_SHAPES, 'betas': (self.num_betas,)})
        if amputation not in amputations.MODES:
            raise UserError(f'amputation={amputation!r} is not one of {", ".join(amputations.MODES)}.')
        if limb_extent is not None:
            amputations.check_extent(limb_extent, batch, input_checks.may_read(limb_extent, self.training))
        if not self.accept_any_matrix:
            input_checks.check_rotations(dict(global_orient=inputs.pop('global_orient'), body_pose=inputs.pop('body_pose')),
                                         self.training)
        input_checks.check_values(inputs, self.training)
        return batch


def _checked_ids(vertex_ids: Optional[Sequence[int]], count: int) -> np.ndarray:
    ids = np.arange(count) if vertex_ids is None else np.array(list(vertex_ids), np.int64)
    if ids.min(initial=0) < 0 or ids.max(initial=0) >= count:
        raise UserError(f'vertex_ids must lie in 0..{count - 1}, because the body has {count} vertices.')
    return ids


def _checked_stump(options: Optional[Dict[str, float]]) -> Dict[str, float]:
    known = ('rounding', 'root_rounding', 'taper')
    if not isinstance(options, (dict, type(None))):
        raise UserError(f'stump must be a dict of {", ".join(known)}, got {options!r}.')
    unknown = sorted(set(options or {}) - set(known))
    if unknown:
        raise UserError(f'stump has no parameter {", ".join(unknown)}; it has {", ".join(known)}.')
    return dict(options or {})


def build_body(source: Union[str, Path] = 'open', **options) -> BodyModel:
    """A :class:`BodyModel` from the packaged body ('open') or a file; options as for the class."""
    return BodyModel(source, **options)
