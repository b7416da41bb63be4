"""BodyModel: pose, shape and limb extents -> vertices, joints and keypoints of a person."""
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Sequence, Union

import numpy as np
import torch
from torch import Tensor, nn

from ajahr_mm.anatomy import keypoints as keypoint_sets
from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.skeleton import NUM_JOINTS
from ajahr_mm.body_models import amputation as amputations
from ajahr_mm.body_models import skinning
from ajahr_mm.body_models.assets import load_body
from ajahr_mm.body_models.limb_field import limb_field, placement
from ajahr_mm.body_models.stump import Stump
from ajahr_mm.io import UserError
from ajahr_mm.registry import BODY_MODELS

ROOT_REACH = -0.5  # no cap begins further in than half a segment before shoulder or hip


@dataclass
class BodyOutput:
    """A batch of posed bodies, metres, in the frame that ``global_orient`` maps to.

    Lost joints and keypoints have coordinates at the end of what is left of the limb; ask the masks before using them.
    """

    vertices: Optional[Tensor]      # (B,V,3); None where only keypoints were asked for
    joints: Tensor                  # (B,24,3)
    keypoints: Tensor               # (B,44,3) HMR44
    limb_extent: Optional[Tensor]   # (B,4); None: everybody is intact

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


@BODY_MODELS.register_module()
class BodyModel(nn.Module):
    """A skinned body with 24 SMPL joints. Rotations and skinning stay in float32 under autocast.

    Its arrays are buffers that no state dict contains, so checkpoints never carry a (possibly licensed) body.

    Args:
        source: 'open' for the packaged free body, or an SMPL or SMPL-H ``.npz`` file.
        vertex_ids: give only these vertices out, in this order (faces, uv then do not apply).
        num_betas: shape axes to use.
        mask_pose_blend: silence the pose blend shapes of zeroed joints; False reproduces the release of the paper.

    Raises:
        UserError: see :func:`ajahr_mm.body_models.assets.load_body`.
    """

    def __init__(self, source: Union[str, Path] = 'open', vertex_ids: Optional[Sequence[int]] = None, num_betas: int = 10,
                 mask_pose_blend: bool = True) -> None:
        super().__init__()
        body = load_body(source, num_betas)
        self.num_betas, self.mask_pose_blend = num_betas, mask_pose_blend
        keep = slice(None) if vertex_ids is None else list(vertex_ids)
        joints = {'joint_template': body.J_regressor @ body.v_template,
                  'joint_shapedirs': torch.from_numpy(body.J_regressor @ body.shapedirs.reshape(len(body.v_template), -1))
                  .view(NUM_JOINTS * 3, -1).T}  # joints follow the shape without touching the vertices
        self._set(torch.float32, keypoint_joints=body.keypoint_joints, keypoint_vertices=body.keypoint_vertices, **joints)
        field = limb_field(body)
        self.stump = Stump(field)
        for prefix, ids in (('', keep), ('landmark_', body.keypoint_vertex_ids)):
            on_limb = np.flatnonzero(field.coordinate[ids] > ROOT_REACH)
            self._set(torch.int64, **{prefix + 'limb_vertices': on_limb, prefix + 'limb': field.limb[ids][on_limb]})
            self._set(torch.float32, **{
                prefix + 'placement': placement(field.coordinate[ids][on_limb], field.limb[ids][on_limb]),
                prefix + 'v_template': body.v_template[ids], prefix + 'lbs_weights': body.weights[ids],
                prefix + 'shapedirs': body.shapedirs[ids].reshape(-1, num_betas).T,
                prefix + 'posedirs': None if body.posedirs is None else body.posedirs[ids].reshape(-1, 207).T})
        self._set(torch.int64, faces=body.faces, uv_faces=body.uv_faces, part_labels=body.weights[keep].argmax(1))
        self._set(torch.float32, uv=body.uv)

    def _set(self, dtype: torch.dtype, **arrays) -> None:
        for name, value in arrays.items():
            value = None if value is None else torch.as_tensor(value).to(dtype).contiguous()
            self.register_buffer(name, value, persistent=False)

    @property
    def num_vertices(self) -> int:
        return len(self.v_template)

    def forward(self, global_orient: Tensor, body_pose: Tensor, betas: Tensor, transl: Optional[Tensor] = None,
                limb_extent: Optional[Tensor] = None, amputation: str = 'collapse', with_vertices: bool = True) -> BodyOutput:
        """Posed bodies.

        Args:
            global_orient: (B,3,3) rotation of the pelvis.
            body_pose: (B,23,3,3) rotations of joints 1..23 relative to their parents.
            betas: (B,num_betas) standard deviations.
            transl: (B,3) m, added to everything.
            limb_extent: (B,4) in [0,3], see :mod:`ajahr_mm.anatomy.limbs`; None: all intact.
            amputation: 'collapse' (the paper's zero matrices) or 'stump' (closed rounded residual limbs).
            with_vertices: False skins only the few keypoint vertices, which is several times faster.

        Raises:
            UserError: a shape, a mode or an extent is wrong.
        """
        batch, dtype = self._check(global_orient, body_pose, betas, transl, amputation), self.v_template.dtype
        with torch.autocast(global_orient.device.type, enabled=False):
            rotations = torch.cat([global_orient[:, None], body_pose], 1).to(dtype)
            betas, alive, extent = betas.to(dtype), None, None  # alive (B,24): 0 for joints that no longer bend
            if limb_extent is not None:
                amputations.check_extent(limb_extent, batch)
                if amputation == 'stump':
                    extent = limb_extent.to(dtype)
                    alive = self.stump.alive(extent)
                else:
                    alive = amputations.kept_joints(limb_extent).to(dtype)
                    rotations = amputations.collapse(rotations, alive)
            rest = skinning.blend(self.joint_template, self.joint_shapedirs, betas)
            world, joints = skinning.forward_kinematics(rotations, rest)
            transforms = skinning.skinning_transforms(world, joints, rest)
            if extent is not None:
                transforms = self.stump.stiffen(transforms, extent)
                joints = self.stump.drop(joints, transforms, rest, extent)
            feature = None
            if self.posedirs is not None:
                feature = skinning.pose_feature(rotations, alive if self.mask_pose_blend else None)
            shape = (betas, feature, transforms, rest, extent)
            vertices = self._surface('', *shape) if with_vertices else None
            keypoints = self.keypoint_joints @ joints + self.keypoint_vertices @ self._surface('landmark_', *shape)
            if transl is not None:
                shift = transl.to(dtype)[:, None]
                vertices = None if vertices is None else vertices + shift
                joints, keypoints = joints + shift, keypoints + shift
        return BodyOutput(vertices, joints, keypoints, limb_extent)

    def _surface(self, prefix: str, betas: Tensor, feature: Optional[Tensor], transforms: Tensor, rest: Tensor,
                 extent: Optional[Tensor]) -> Tensor:
        """Posed vertices ('') or landmark vertices ('landmark_')."""
        points = skinning.blend(getattr(self, prefix + 'v_template'), getattr(self, prefix + 'shapedirs'), betas)
        if feature is not None:
            points = skinning.blend(points, getattr(self, prefix + 'posedirs'), feature)
        if extent is not None:
            where = getattr(self, prefix + 'limb_vertices')
            points = points.index_copy(1, where, self.stump.shorten(
                points[:, where], getattr(self, prefix + 'placement'), getattr(self, prefix + 'limb'), rest, extent))
        return skinning.skin(points, getattr(self, prefix + 'lbs_weights'), transforms)

    def _check(self, global_orient: Tensor, body_pose: Tensor, betas: Tensor, transl: Optional[Tensor], amputation: str) -> int:
        batch = len(global_orient)
        for name, value, shape in (('global_orient', global_orient, (3, 3)), ('body_pose', body_pose, (23, 3, 3)),
                                   ('betas', betas, (self.num_betas,)), ('transl', transl, (3,))):
            if value is not None and value.shape != (batch, *shape):
                raise UserError(f'{name} has shape {tuple(value.shape)} where {(batch, *shape)} was expected.')
        if amputation not in amputations.MODES:
            raise UserError(f'amputation={amputation!r} is not one of {", ".join(amputations.MODES)}.')
        return batch


def build_body(source: Union[str, Path] = 'open', **options) -> BodyModel:
    """A :class:`BodyModel` from the packaged body ('open') or a file; options as for the class."""
    return BodyModel(source, **options)
