"""Keypoints of the field: the 44 joints of HMR2/TokenHMR/AJAHR, COCO-17, Human3.6M-17, the 12 limb joints of BPAC-Net."""
from typing import Tuple

import numpy as np

from ajahr_mm.anatomy import limbs

#: OpenPose BODY_25 followed by the 19 joints of SPIN/HMR2 (LSP 12, neck, head top, MPII pelvis and thorax, H36M 3).
HMR44: Tuple[str, ...] = (
    'nose', 'neck', 'right_shoulder', 'right_elbow', 'right_wrist', 'left_shoulder', 'left_elbow', 'left_wrist',
    'mid_hip', 'right_hip', 'right_knee', 'right_ankle', 'left_hip', 'left_knee', 'left_ankle', 'right_eye',
    'left_eye', 'right_ear', 'left_ear', 'left_big_toe', 'left_small_toe', 'left_heel', 'right_big_toe',
    'right_small_toe', 'right_heel',
    'lsp_right_ankle', 'lsp_right_knee', 'lsp_right_hip', 'lsp_left_hip', 'lsp_left_knee', 'lsp_left_ankle',
    'lsp_right_wrist', 'lsp_right_elbow', 'lsp_right_shoulder', 'lsp_left_shoulder', 'lsp_left_elbow',
    'lsp_left_wrist', 'lsp_neck', 'lsp_head_top', 'mpii_pelvis', 'mpii_thorax', 'h36m_spine', 'h36m_jaw',
    'h36m_head')
NUM_KEYPOINTS = 44
PELVIS = HMR44.index('mpii_pelvis')
#: The 14 joints of the 3DPW and Human3.6M protocols: 12 LSP joints, neck and head (HMR2's list 25-37 and 43).
EVAL14: Tuple[int, ...] = tuple(range(25, 38)) + (43,)

COCO17: Tuple[str, ...] = (
    'nose', 'left_eye', 'right_eye', 'left_ear', 'right_ear', 'left_shoulder', 'right_shoulder', 'left_elbow',
    'right_elbow', 'left_wrist', 'right_wrist', 'left_hip', 'right_hip', 'left_knee', 'right_knee', 'left_ankle',
    'right_ankle')
COCO17_IN_HMR44: Tuple[int, ...] = tuple(HMR44.index(name) for name in COCO17)

#: The 12 keypoints whose heat-maps BPAC-Net reads (paper Sec. 3.3.1), in COCO order.
LIMB12: Tuple[str, ...] = COCO17[5:]
LIMB12_IN_HMR44: Tuple[int, ...] = COCO17_IN_HMR44[5:]

#: The 17 joints of Human3.6M in the order of the data set, right leg first. The 17-row regressor file that SPIN and its
#: heirs pass around has the left leg first (rows 1-3 and 4-6 exchanged).
H36M17: Tuple[str, ...] = (
    'pelvis', 'right_hip', 'right_knee', 'right_ankle', 'left_hip', 'left_knee', 'left_ankle', 'spine', 'thorax',
    'jaw', 'head', 'left_shoulder', 'left_elbow', 'left_wrist', 'right_shoulder', 'right_elbow', 'right_wrist')
#: The 14 joints of the 3DPW and Human3.6M protocols among those 17, in the order of EVAL14.
EVAL14_IN_H36M17: Tuple[int, ...] = (3, 2, 1, 4, 5, 6, 16, 15, 14, 11, 12, 13, 8, 10)


def mirror(names: Tuple[str, ...]) -> Tuple[int, ...]:
    """``points[mirror(names)]`` are the keypoints of the mirrored person: left and right names change places."""
    swap = str.maketrans({'<': 'right', '>': 'left'})
    mirrored = [n.replace('left', '<').replace('right', '>').translate(swap) for n in names]
    return tuple(names.index(n) for n in mirrored)


HMR44_FLIP = mirror(HMR44)
COCO17_FLIP = mirror(COCO17)
LIMB12_FLIP = mirror(LIMB12)
H36M17_FLIP = mirror(H36M17)

#: Bones to draw, as pairs of HMR44 indices (BODY_25 part only: the others repeat it).
SKELETON_EDGES: Tuple[Tuple[int, int], ...] = (
    (1, 8), (1, 2), (2, 3), (3, 4), (1, 5), (5, 6), (6, 7), (8, 9), (9, 10), (10, 11), (8, 12), (12, 13), (13, 14),
    (1, 0), (0, 15), (0, 16), (15, 17), (16, 18), (14, 19), (14, 21), (11, 22), (11, 24))

#: Codes of the annotation column ``visibility``.
VISIBLE, OCCLUDED, OUTSIDE, ABSENT = range(4)

_POSITION = {'shoulder': 0.0, 'elbow': 1.0, 'wrist': 2.0, 'hand': 2.5, 'hip': 0.0, 'knee': 1.0, 'ankle': 2.0,
             'heel': 2.25, 'toe': 2.5, 'foot': 2.5}


def positions_on_limbs(names: Tuple[str, ...]) -> np.ndarray:
    """(K,4): where keypoints of these names sit on each limb, counted in segments; -1 elsewhere."""
    positions = np.full((len(names), limbs.NUM_LIMBS), -1.0)
    for row, name in enumerate(names):
        part = name.split('_')[-1]
        if part in _POSITION and ('left' in name or 'right' in name):
            side = 'left' if 'left' in name else 'right'
            kind = 'arm' if part in ('shoulder', 'elbow', 'wrist', 'hand') else 'leg'
            positions[row, limbs.LIMBS.index(f'{side}_{kind}')] = _POSITION[part]
    return positions


#: Where each of the 44 keypoints sits on each limb, counted in segments; -1 elsewhere.
HMR44_ON_LIMB = positions_on_limbs(HMR44)


def missing_keypoints(extent):
    """Limb extents (…,4) -> bool (…,44): keypoints that belong to a lost part of a limb."""
    return limbs.lost(extent, HMR44_ON_LIMB)
