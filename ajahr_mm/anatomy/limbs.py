"""The limb table: the only place that knows limbs, amputation levels, labels and the joints they take away.

Four languages say which limbs are there, and every converter between them goes through this table:

* *extent* ``(…,4)`` float: how far each limb reaches, counted in segments. 3 intact, 2 ends at wrist/ankle,
  1 at elbow/knee, 0 at shoulder/hip; values between are residual limbs (1.4 = transradial or transtibial with 40 % kept).
* *classes* ``(…,4)`` int: paper Eq. 1. 0 intact, 1 hand/foot gone, 2 gone from elbow/knee, 3 gone from shoulder/hip.
* *label* int: AJAHR index 0-11 for one limb at one level, 12 intact. People who miss several limbs have no single label.
* *multi-hot* ``(…,12)``: one bit for each AJAHR index; at most one bit a limb.

:data:`LEVELS` is the table itself: for every level its extents, class, the word of AJAHR's label and the ISO 8549 term.
SMPL joints come from :data:`CHAINS`.

Limbs are ordered ``left_arm, right_arm, left_leg, right_leg`` (paper Sec. 3.3.1); AJAHR indices run
right arm, left arm, left leg, right leg. Array functions take numpy arrays or torch tensors and return the same kind.
"""
from dataclasses import dataclass
from typing import Iterable, List, Optional, Sequence, Tuple

import numpy as np

LIMBS: Tuple[str, ...] = ('left_arm', 'right_arm', 'left_leg', 'right_leg')
#: ``classes[..., FLIP]`` are the classes of the mirrored person.
FLIP: Tuple[int, ...] = (1, 0, 3, 2)
NUM_LIMBS, NUM_CLASSES, NUM_LABELS = 4, 4, 12
INTACT_LABEL = 12
INTACT_EXTENT = 3.0

#: SMPL joints of each limb from the trunk outwards: shoulder, elbow, wrist, hand / hip, knee, ankle, foot.
CHAINS: Tuple[Tuple[int, ...], ...] = ((16, 18, 20, 22), (17, 19, 21, 23), (1, 4, 7, 10), (2, 5, 8, 11))
#: Where those joints sit on the limb, counted in segments from the trunk.
JOINT_POSITION: Tuple[float, ...] = (0.0, 1.0, 2.0, 2.5)

#: AJAHR index // 3 -> limb.
_LABEL_LIMBS: Tuple[int, ...] = (1, 0, 2, 3)


@dataclass(frozen=True)
class Level:
    """A row of the table: limbs that end at the joint ``low`` = ``high``, or within a segment, ``low`` < extent < ``high``."""

    low: float
    high: float
    limb_class: int             # paper Eq. 1; a segment that is only partly there counts as lost
    terms: Tuple[str, str]      # ISO 8549 term for arm and leg
    lost: Tuple[str, str] = ()  # word of AJAHR's label for arm and leg; only where a label ends, at a joint


#: The table, from the tip to the trunk.
LEVELS: Tuple[Level, ...] = (
    Level(3., 3., 0, ('arm intact', 'leg intact')),
    Level(2., 3., 1, ('partial hand', 'partial foot')),
    Level(2., 2., 1, ('wrist disarticulation', 'ankle disarticulation'), ('hand', 'foot')),
    Level(1., 2., 2, ('transradial', 'transtibial')),
    Level(1., 1., 2, ('elbow disarticulation', 'knee disarticulation'), ('elbow', 'knee')),
    Level(0., 1., 3, ('transhumeral', 'transfemoral')),
    Level(0., 0., 3, ('shoulder disarticulation', 'hip disarticulation'), ('shoulder', 'hip')))


def _label_names() -> Tuple[str, ...]:
    names = []
    for limb in _LABEL_LIMBS:
        side, kind = LIMBS[limb].split('_')
        names += [f"{side} {level.lost[kind == 'leg']}" for level in LEVELS if level.lost]
    return (*names, 'intact')


LABEL_NAMES: Tuple[str, ...] = _label_names()


# ---------------------------------------------------------------- one person, python numbers

def label_to_limb(label: int) -> Optional[Tuple[int, int]]:
    """AJAHR index -> (limb, class); None for the intact label 12. Raises ValueError outside 0..12."""
    if label == INTACT_LABEL:
        return None
    if not 0 <= label < NUM_LABELS:
        raise ValueError(f'amputation label {label} is not in 0..{INTACT_LABEL}')
    return _LABEL_LIMBS[label // 3], label % 3 + 1


def limb_to_label(limb: int, limb_class: int) -> int:
    """(limb, class) -> AJAHR index; class 0 gives the intact label 12."""
    if limb_class == 0:
        return INTACT_LABEL
    if not 1 <= limb_class < NUM_CLASSES:
        raise ValueError(f'limb class {limb_class} is not in 0..3')
    return 3 * _LABEL_LIMBS.index(limb) + limb_class - 1


def label_to_classes(label: int) -> np.ndarray:
    """AJAHR index -> classes (4,) int64."""
    classes = np.zeros(NUM_LIMBS, np.int64)
    found = label_to_limb(int(label))
    if found is not None:
        classes[found[0]] = found[1]
    return classes


def classes_to_labels(classes: Sequence[int]) -> List[int]:
    """Classes (4,) -> sorted AJAHR indices of the lost limbs; an intact person gives [12]."""
    labels = [limb_to_label(limb, int(c)) for limb, c in enumerate(classes) if int(c) != 0]
    return sorted(labels) or [INTACT_LABEL]


def classes_to_label(classes: Sequence[int]) -> int:
    """Classes (4,) -> the single AJAHR index, 12 for intact, -1 for people who miss several limbs."""
    labels = classes_to_labels(classes)
    return labels[0] if len(labels) == 1 else -1


def zeroed_joints(limb: int, limb_class: int) -> List[int]:
    """SMPL joints whose rotation becomes the zero matrix for this loss (paper Sec. 3.1), trunk outwards."""
    if limb_class == 0:
        return []
    return list(CHAINS[limb][NUM_CLASSES - 1 - limb_class:])


def joints_to_classes(joints: Iterable[int]) -> np.ndarray:
    """SMPL joints with zero matrices, in any order -> classes (4,) int64: :func:`zeroed_joints` read backwards.

    Raises ValueError for joints that no combination of losses zeroes: not on a limb, or with a joint below them left.
    """
    joints = set(joints)
    classes = np.array([len(joints & set(chain)) for chain in CHAINS], np.int64)
    classes = np.where(classes == 0, 0, classes - 1)  # hand or foot go with wrist or ankle
    if joints != {j for limb, limb_class in enumerate(classes) for j in zeroed_joints(limb, int(limb_class))}:
        raise ValueError(f'joints {sorted(joints)} are not what amputations take away: each takes all joints below it')
    return classes


def clinical_term(limb: int, extent: float) -> str:
    """ISO 8549 term of a residual limb, such as ``left transtibial`` or ``right wrist disarticulation``.

    Raises ValueError for an extent outside [0, 3].
    """
    side, kind = LIMBS[limb].split('_')
    for level in LEVELS:
        if extent == level.low == level.high or level.low < extent < level.high:
            return f"{side} {level.terms[kind == 'leg']}"
    raise ValueError(f'limb extent {extent} is not in [0, 3]')


def parse_clinical_term(term: str, share: float = 0.5) -> Tuple[int, float]:
    """``left transtibial`` -> (limb, extent): :func:`clinical_term` read backwards; upper and lower case are the same.

    A term for an amputation through a segment does not say how much of it is left: that is ``share``, between 0 and 1.

    Raises ValueError for an unknown term or a share outside (0, 1).
    """
    if not 0 < share < 1:
        raise ValueError(f'the share of the segment that is left must lie between 0 and 1, got {share}')
    words = ' '.join(term.lower().split())
    for limb, name in enumerate(LIMBS):
        side, kind = name.split('_')
        for level in LEVELS:
            if words == f"{side} {level.terms[kind == 'leg']}":
                return limb, level.low + share * (level.high - level.low)
    raise ValueError(f'{term!r} is no clinical term; expected left or right and one of '
                     f'{", ".join(t for level in LEVELS for t in level.terms)}')


# ---------------------------------------------------------------- arrays: numpy or torch, same kind out

def _like(reference, values: np.ndarray):
    """``values`` as the kind of array that ``reference`` is, on its device."""
    if hasattr(reference, 'new_tensor'):
        import torch
        return torch.as_tensor(values, device=reference.device)
    return values


def _as_numpy(values) -> np.ndarray:
    return values.detach().cpu().numpy() if hasattr(values, 'detach') else np.asarray(values)


def classes_to_extent(classes):
    """Classes (…,4) -> extents (…,4) float32: class c ends at 3 - c."""
    return _like(classes, (INTACT_EXTENT - _as_numpy(classes)).astype(np.float32))


def extent_to_classes(extent):
    """Extents (…,4) -> classes (…,4) int64. A segment that is only partly there counts as lost: 1.4 is class 2."""
    classes = INTACT_EXTENT - np.floor(_as_numpy(extent))
    return _like(extent, np.clip(classes, 0, NUM_CLASSES - 1).astype(np.int64))


def classes_to_multi_hot(classes):
    """Classes (…,4) -> multi-hot (…,12) uint8 over AJAHR indices."""
    values = _as_numpy(classes)
    hot = np.zeros(values.shape[:-1] + (NUM_LABELS,), np.uint8)
    for label in range(NUM_LABELS):
        limb, limb_class = label_to_limb(label)
        hot[..., label] = values[..., limb] == limb_class
    return _like(classes, hot)


def multi_hot_to_classes(multi_hot):
    """Multi-hot (…,12) -> classes (…,4) int64. Raises ValueError when one limb carries two levels."""
    hot = _as_numpy(multi_hot).astype(bool)
    classes = np.zeros(hot.shape[:-1] + (NUM_LIMBS,), np.int64)
    for label in range(NUM_LABELS):
        limb, limb_class = label_to_limb(label)
        if np.any(hot[..., label] & (classes[..., limb] != 0)):
            raise ValueError(f'the {LIMBS[limb]} carries two amputation levels in one multi-hot vector')
        classes[..., limb] += limb_class * hot[..., label]
    return _like(multi_hot, classes)


def _positions_in_limbs() -> np.ndarray:
    """(24,4): position of every SMPL joint on every limb, -1 where it does not belong."""
    positions = np.full((24, NUM_LIMBS), -1.0)
    for limb, chain in enumerate(CHAINS):
        positions[list(chain), limb] = JOINT_POSITION
    return positions


JOINT_ON_LIMB = _positions_in_limbs()


def lost(extent, positions: np.ndarray):
    """Which points are lost: extents (…,4), positions (P,4) on the limbs (-1: elsewhere) -> bool (…,P).

    A point is lost when its limb ends at or before it (paper Sec. 3.2: the amputated joint and its descendants).
    """
    values, positions = extent[..., None, :], _like(extent, positions)
    gone = (positions >= 0) & (values <= positions) & (values < INTACT_EXTENT)
    return gone.any(-1)


def missing_joints(extent):
    """Extents (…,4) -> bool (…,24): SMPL joints that are not there."""
    return lost(extent, JOINT_ON_LIMB)
