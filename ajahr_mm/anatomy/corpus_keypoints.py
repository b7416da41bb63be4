"""Keypoints of the corpora by name and order, and which of the 44 keypoints of HMR2 each of their points is.

2D and 3D differ. Where a limb joint appears in an image hardly depends on who defined it, so in 2D it counts as the
OpenPose joint and as the LSP joint alike, as the keypoints of the public training tars do. In 3D the definitions lie
centimetres apart: markers and hand-drawn points are LSP joints (SPIN, Kolotouros et al. 2019), SMPL's joints are
OpenPose joints. Hips are the exception: SMPL's lie where LSP's are defined to lie.
"""
from dataclasses import dataclass
from typing import Dict, Tuple

import numpy as np

from ajahr_mm.anatomy import keypoints, skeleton

_LIMB_JOINTS = tuple(f'{side}_{joint}' for side in ('left', 'right')
                     for joint in ('ankle', 'knee', 'hip', 'wrist', 'elbow', 'shoulder'))
#: OpenPose BODY_25, the first 25 of the 44.
OPENPOSE25: Tuple[str, ...] = keypoints.HMR44[:25]
#: OpenPose's and 3DPW's older set: BODY_25 without mid-hip and feet, eyes and ears last.
OPENPOSE18: Tuple[str, ...] = keypoints.HMR44[:8] + keypoints.HMR44[9:19]
#: LSP, also the first 14 of SPIN's 24 and of the extra 19 of HMR2.
LSP14: Tuple[str, ...] = tuple(name.replace('lsp_', '') for name in keypoints.HMR44[25:39])
#: The 24 of SPIN and CLIFF: the extra 19 of HMR2 and five points of the face.
SPIN24: Tuple[str, ...] = LSP14 + ('pelvis', 'thorax', 'spine', 'jaw', 'head', 'nose', 'left_eye', 'right_eye', 'left_ear',
                                   'right_ear')
MPII16: Tuple[str, ...] = LSP14[:6] + ('pelvis', 'thorax', 'neck', 'head_top') + LSP14[6:12]
#: AI Challenger; its ``v`` is 1 visible, 2 hidden, 3 not labelled.
AIC14: Tuple[str, ...] = ('right_shoulder', 'right_elbow', 'right_wrist', 'left_shoulder', 'left_elbow', 'left_wrist',
                          'right_hip', 'right_knee', 'right_ankle', 'left_hip', 'left_knee', 'left_ankle',
                          'head_top', 'neck')
#: MPI-INF-3DHP, training set.
MPI3DHP28: Tuple[str, ...] = (
    'spine3', 'spine4', 'spine2', 'spine', 'pelvis', 'neck', 'jaw', 'head', 'left_clavicle', 'left_shoulder', 'left_elbow',
    'left_wrist', 'left_hand', 'right_clavicle', 'right_shoulder', 'right_elbow', 'right_wrist', 'right_hand', 'left_hip',
    'left_knee', 'left_ankle', 'left_foot', 'left_toe', 'right_hip', 'right_knee', 'right_ankle', 'right_foot', 'right_toe')
#: MPI-INF-3DHP, test set: another order.
MPI3DHP17: Tuple[str, ...] = (
    'head', 'neck', 'right_shoulder', 'right_elbow', 'right_wrist', 'left_shoulder', 'left_elbow', 'left_wrist',
    'right_hip', 'right_knee', 'right_ankle', 'left_hip', 'left_knee', 'left_ankle', 'pelvis', 'spine', 'jaw')
#: Human3.6M's 17 among the 32 points of its files, in the order of ``keypoints.H36M17`` (thorax and others come twice).
H36M17_IN_32: Tuple[int, ...] = (0, 1, 2, 3, 6, 7, 8, 12, 13, 14, 15, 17, 18, 19, 25, 26, 27)

# Names that mean other points than the OpenPose point of the same name.
_TRUNK = dict(pelvis='mpii_pelvis', thorax='mpii_thorax', spine='h36m_spine', jaw='h36m_jaw', head='h36m_head',
              neck='lsp_neck', head_top='lsp_head_top')


@dataclass(frozen=True)
class CorpusKeypoints:
    """A keypoint set of a corpus: its names, and for each of the 44 the place of its point in the set (-1: none)."""

    names: Tuple[str, ...]
    in_2d: Tuple[int, ...]
    in_3d: Tuple[int, ...]
    middle_of_hips: bool = False  # the pelvis of the 44 is the middle between the hips

    @property
    def flip(self) -> Tuple[int, ...]:
        """``points[flip]`` are the points of the mirrored person."""
        return keypoints.mirror(self.names)

    def to_hmr44(self, points: np.ndarray) -> np.ndarray:
        """Points (…,K,3) in 2D or (…,K,4) in 3D, confidence last -> (…,44,3 or 4) float32; zeros where there is none."""
        if points.shape[-2] != len(self.names):
            raise ValueError(f'{points.shape[-2]} points for a set of {len(self.names)}')
        source = np.array(self.in_2d if points.shape[-1] == 3 else self.in_3d)
        found = np.where(source[:, None] >= 0, points[..., source, :], 0).astype(np.float32)
        if self.middle_of_hips:
            left, right = (points[..., self.names.index(f'{side}_hip'), :] for side in ('left', 'right'))
            found[..., keypoints.PELVIS, :] = (left + right) / 2
            found[..., keypoints.PELVIS, -1] = np.minimum(left[..., -1], right[..., -1])
        return np.where(found[..., -1:] <= 0, 0, found)  # a confidence of NaN stays, to be found


def _corpus_set(names: Tuple[str, ...], trunk: Dict[str, str] = _TRUNK, exact: Tuple[str, ...] = ('lsp_{}',),
                middle_of_hips: bool = False) -> CorpusKeypoints:
    """``exact``: which of the 44 a limb joint is in 3D."""
    in_2d, in_3d = [-1] * keypoints.NUM_KEYPOINTS, [-1] * keypoints.NUM_KEYPOINTS
    for place, name in enumerate(names):
        if name in _LIMB_JOINTS:
            targets = [name, f'lsp_{name}'], [form.format(name) for form in exact]
        else:
            target = trunk.get(name, name)
            targets = ([target], [target]) if target in keypoints.HMR44 else ([], [])
        for slots, found in zip((in_2d, in_3d), targets):
            for target in found:
                slots[keypoints.HMR44.index(target)] = place
    if 'lsp_{}' not in exact:  # the hips are the same in both
        for side in ('left', 'right'):
            in_3d[keypoints.HMR44.index(f'lsp_{side}_hip')] = names.index(f'{side}_hip')
    return CorpusKeypoints(names, tuple(in_2d), tuple(in_3d), middle_of_hips)


#: Name -> set. Every corpus of the paper is annotated in one of these, or in the 44 themselves.
CORPUS_KEYPOINTS: Dict[str, CorpusKeypoints] = dict(
    smpl24=_corpus_set(skeleton.JOINTS, dict(pelvis='mid_hip', head=''), ('{}',), middle_of_hips=True),
    openpose25=_corpus_set(OPENPOSE25, {}, ('{}',)),
    openpose18=_corpus_set(OPENPOSE18, {}, ('{}',)),
    coco17=_corpus_set(keypoints.COCO17),
    lsp14=_corpus_set(LSP14),
    spin24=_corpus_set(SPIN24),
    mpii16=_corpus_set(MPII16),
    aic14=_corpus_set(AIC14),
    h36m17=_corpus_set(keypoints.H36M17, {**_TRUNK, 'thorax': 'lsp_neck'}),
    mpi3dhp28=_corpus_set(MPI3DHP28),
    mpi3dhp17=_corpus_set(MPI3DHP17))


def to_hmr44(name: str, points: np.ndarray) -> np.ndarray:
    """Points (…,K,3 or 4) of the set ``name``, confidence last -> (…,44,3 or 4) float32; zeros where there is none."""
    return CORPUS_KEYPOINTS[name].to_hmr44(points)
