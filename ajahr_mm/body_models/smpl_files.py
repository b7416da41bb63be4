"""What SMPL and SMPL-H files need to become our 24-joint layout: reading, hands folded into one joint each, keypoints."""
from pathlib import Path
from typing import Collection, Dict

import numpy as np

from ajahr_mm.anatomy.keypoints import HMR44
from ajahr_mm.anatomy.skeleton import JOINTS, PARENTS
from ajahr_mm.io import UserError
from ajahr_mm.io.restricted_pickle import SMPL, load_pickle
from ajahr_mm.io.safe_load import load_npz
from ajahr_mm.io.stand_ins import as_array

SMPL_VERTICES = 6890
#: Landmark vertices of the SMPL mesh for the face and feet of OpenPose, as in smplx's ``vertex_ids``.
SMPL_LANDMARKS = {'nose': 332, 'right_eye': 6260, 'left_eye': 2800, 'right_ear': 4071, 'left_ear': 583,
                  'left_big_toe': 3216, 'left_small_toe': 3226, 'left_heel': 3387,
                  'right_big_toe': 6617, 'right_small_toe': 6624, 'right_heel': 6787, 'lsp_head_top': 411}
_MEANS_OF_LANDMARKS = {'h36m_jaw': ('left_ear', 'right_ear'), 'h36m_head': ('lsp_head_top',)}
# SMPL-H: 22 body joints, then 15 finger joints a hand; the middle finger's first knuckle is where SMPL has its hand joint.
_SMPLH_JOINTS, _FINGERS, _KNUCKLE = 52, (range(22, 37), range(37, 52)), (25, 40)
_OTHERS = {16: 'a hand of MANO', 55: 'SMPL-X', 5: 'a head of FLAME', 33: 'an animal of SMAL', 35: 'an animal of SMAL'}


def read_arrays(path: Path, names: Collection[str]) -> Dict[str, np.ndarray]:
    """Those of the named arrays that a ``.npz`` or ``.pkl`` file has; nothing in the file is run.

    Pickles are those of the official downloads: text in Latin-1, arrays of chumpy, sparse matrices of scipy.

    Raises:
        UserError: the file cannot be read, or holds something else under one of the names.
    """
    if path.suffix.lower() not in ('.pkl', '.pickle'):
        return load_npz(path, names)
    content = load_pickle(path, SMPL)
    if not isinstance(content, dict):
        raise UserError(f'{path} holds a {type(content).__name__}, not the arrays of a body; give an SMPL or SMPL-H file.')
    arrays = {}
    for name in names:
        if name in content:
            try:
                arrays[name] = as_array(content[name])
            except ValueError as error:
                raise UserError(f'{path}: {name} {error}; give the file as it was downloaded.') from None
    return arrays


def has_fingers(raw: Dict[str, np.ndarray], path: Path) -> bool:
    """False for SMPL with its 24 joints, True for SMPL-H with 52. Raises UserError for another model of the family."""
    regressor = raw['J_regressor']
    joints = regressor.shape[0] if regressor.ndim == 2 else 0
    if joints not in (len(JOINTS), _SMPLH_JOINTS):
        raise UserError(f'{path}: J_regressor has shape {regressor.shape}, so this is '
                        f'{_OTHERS.get(joints, "no model known here")}; give an SMPL (24 joints) or SMPL-H (52) file.')
    return joints == _SMPLH_JOINTS


def fold_hands(raw: Dict[str, np.ndarray], path: Path) -> Dict[str, np.ndarray]:
    """SMPL-H arrays as SMPL arrays: the 15 joints of a hand move as one.

    Fingers keep their skinning, their pose blend shapes are dropped. Raises UserError for arrays that disagree.
    """
    folded = dict(raw)
    try:
        parents, weights = raw['kintree_table'][0].astype(np.int64), raw['weights']
        for wrist, fingers in zip((20, 21), _FINGERS):
            if any(parents[f] != wrist and not fingers[0] <= parents[f] < f for f in fingers):
                raise ValueError
        folded['weights'] = np.concatenate(
            [weights[:, :22]] + [weights[:, list(f)].sum(1, keepdims=True) for f in _FINGERS], 1)
        folded['J_regressor'] = raw['J_regressor'][[*range(22), *_KNUCKLE]]
        kintree = np.array([PARENTS, range(24)])
        kintree[0, 1:22] = parents[1:22]
        folded['kintree_table'] = kintree
        if 'posedirs' in raw:
            folded['posedirs'] = np.zeros(raw['posedirs'].shape[:2] + (207,), raw['posedirs'].dtype)
            folded['posedirs'][..., :189] = raw['posedirs'][..., :189]
    except (IndexError, ValueError):
        raise UserError(f'{path} has the 52 joints of SMPL-H, but its arrays do not fit together.') from None
    return folded


def joint_keypoints() -> np.ndarray:
    """(44,24) HMR44 keypoints as means of SMPL joints; rows of keypoints on the skin of head and feet are zero.

    OpenPose's limbs, neck (12) and mid hip (0) are joints, as in the public releases. The 12 LSP limb joints, whose
    regressor is not public, are approximated by the same joints; neck and MPII pelvis, thorax and H36M spine by neck, mid
    hips, mean of collars and neck, and spine2.
    """
    parts = {'neck': ('neck',), 'mid_hip': ('pelvis',), 'lsp_neck': ('neck',), 'mpii_pelvis': ('left_hip', 'right_hip'),
             'mpii_thorax': ('left_collar', 'right_collar', 'neck'), 'h36m_spine': ('spine2',)}
    for side in ('left', 'right'):
        for part in ('shoulder', 'elbow', 'wrist', 'hip', 'knee', 'ankle'):
            parts[f'{side}_{part}'] = parts[f'lsp_{side}_{part}'] = (f'{side}_{part}',)
    table = np.zeros((len(HMR44), len(JOINTS)), np.float32)
    for keypoint, names in parts.items():
        table[HMR44.index(keypoint), [JOINTS.index(name) for name in names]] = 1 / len(names)
    return table


def landmark_keypoints(landmarks: Dict[str, int]) -> Dict[str, np.ndarray]:
    """HMR44 as weights on joints plus weights on landmark vertices: the three ``keypoint_*`` arrays of a body.

    A landmark that is not given falls on the nearest joint: nose, eyes, ears and head top on the head, toes on the foot,
    heels on the ankle. H36M's jaw and head are the middle between the ears and the head top: its marker skeleton has the
    two 11.5 cm apart, above the neck, and calls the lower one neck or nose, too.
    """
    names = [name for name in HMR44 if name in landmarks]
    of_joints, of_vertices = joint_keypoints(), np.zeros((len(HMR44), len(names)), np.float32)
    for name in SMPL_LANDMARKS:
        if name in landmarks:
            of_vertices[HMR44.index(name), names.index(name)] = 1
        else:
            of_joints[HMR44.index(name), JOINTS.index(_nearest_joint(name))] = 1
    for table in (of_joints, of_vertices):
        for keypoint, parts in _MEANS_OF_LANDMARKS.items():
            table[HMR44.index(keypoint)] = table[[HMR44.index(part) for part in parts]].mean(0)
    return dict(keypoint_joints=of_joints, keypoint_vertices=of_vertices,
                keypoint_vertex_ids=np.array([landmarks[name] for name in names], np.int64))


def _nearest_joint(landmark: str) -> str:
    side, part = landmark.split('_')[0], landmark.split('_')[-1]
    return {'toe': f'{side}_foot', 'heel': f'{side}_ankle'}.get(part, 'head')


def keypoint_tables(num_vertices: int) -> Dict[str, np.ndarray]:
    """The keypoint arrays of a file that brings none: SMPL's landmarks on SMPL's mesh, joints alone on another."""
    return landmark_keypoints(SMPL_LANDMARKS if num_vertices == SMPL_VERTICES else {})
