"""Keypoint sets by name, each read off the 24 joints and 44 keypoints that every body has.

So one rule serves the packaged body, SMPL files and predictions alike: COCO-17 and the 12 limb joints are the OpenPose part
of HMR44, as in the public releases; the tokenizer's 21 are SMPL joints 1..21. Human3.6M-17 is its spine, jaw and head
among HMR44, LSP's limbs and neck, and MPII's pelvis.
"""
from dataclasses import dataclass
from typing import Dict, Tuple

import numpy as np

from ajahr_mm.anatomy import keypoints, limbs, skeleton
from ajahr_mm.io.errors import UserError


@dataclass(frozen=True)
class KeypointSet:
    """K named points, each of them one of the 24 joints (0..23) and 44 keypoints (24..67) of a body."""

    names: Tuple[str, ...]    # K
    sources: Tuple[int, ...]  # K

    @property
    def flip(self) -> Tuple[int, ...]:
        """``points[flip]`` are the points of the mirrored body."""
        return keypoints.mirror(self.names)

    def take(self, joints, points44):
        """Joints (…,24,C) and HMR44 keypoints (…,44,C), numpy or torch -> (…,K,C)."""
        if hasattr(joints, 'new_tensor'):
            import torch
            both = torch.cat([joints, points44], -2)
        else:
            both = np.concatenate([joints, points44], -2)
        return both[..., list(self.sources), :]

    def missing(self, extent):
        """Limb extents (…,4), numpy or torch -> bool (…,K): points that belong to a lost part of a limb."""
        return limbs.lost(extent, keypoints.positions_on_limbs(self.names))


def _joint_set(names: Tuple[str, ...]) -> KeypointSet:
    return KeypointSet(names, tuple(skeleton.joint_index(n) for n in names))


def _hmr44_set(names: Tuple[str, ...], **other_names: str) -> KeypointSet:
    """A set of HMR44 keypoints; ``other_names`` are those that HMR44 has for some of them."""
    sources = (keypoints.HMR44.index(other_names.get(name, name)) for name in names)
    return KeypointSet(names, tuple(skeleton.NUM_JOINTS + source for source in sources))


def _h36m17() -> KeypointSet:
    limb_joints = {name: f'lsp_{name}' for name in keypoints.H36M17 if name.startswith(('left', 'right'))}
    return _hmr44_set(keypoints.H36M17, pelvis='mpii_pelvis', spine='h36m_spine', thorax='lsp_neck', jaw='h36m_jaw',
                      head='h36m_head', **limb_joints)


#: smpl24 SMPL's joints; tokens21 those that the pose tokenizers see; hmr44 and its parts; h36m17 Human3.6M.
KEYPOINT_SETS: Dict[str, KeypointSet] = {
    'smpl24': _joint_set(skeleton.JOINTS),
    'tokens21': _joint_set(skeleton.JOINTS[1:1 + skeleton.NUM_TOKEN_JOINTS]),
    'hmr44': _hmr44_set(keypoints.HMR44),
    'coco17': _hmr44_set(keypoints.COCO17),
    'limb12': _hmr44_set(keypoints.LIMB12),
    'h36m17': _h36m17(),
}


def keypoint_set(name: str) -> KeypointSet:
    """The set of that name. Raises UserError naming the known ones for any other."""
    if name not in KEYPOINT_SETS:
        raise UserError(f'there is no keypoint set {name!r}; there are {", ".join(KEYPOINT_SETS)}.')
    return KEYPOINT_SETS[name]
