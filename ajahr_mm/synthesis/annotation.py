"""What is written down about a picture: 2D and 3D keypoints, visibility, limb labels, part mask, depth."""
from typing import Dict, NamedTuple, Optional

import numpy as np

from ajahr_mm.anatomy import keypoints as keypoint_table
from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.keypoints import ABSENT, OCCLUDED, OUTSIDE, VISIBLE
from ajahr_mm.io.png_bytes import png_bytes

#: Columns of a table: name -> (shape of one row, dtype). Written once here, read by the dataset classes.
#: ``up`` points away from the floor, ``light`` towards the lamp, both in camera axes. ``source_picture`` is the photograph
#: in which the person replaces somebody, '' if nobody, ``source_box`` the square box there: x, y of its middle, side, px.
COLUMNS = {
    'image': ((), 'U'), 'index': ((), 'i8'), 'seed': ((), 'i8'),
    'center': ((2,), 'f4'), 'size': ((), 'f4'), 'camera': ((3,), 'f4'), 'focal': ((), 'f4'), 'up': ((3,), 'f4'),
    'global_orient': ((3,), 'f4'), 'body_pose': ((69,), 'f4'), 'betas': ((10,), 'f4'), 'transl': ((3,), 'f4'),
    'root_offset': ((3,), 'f4'),
    'keypoints_2d': ((44, 3), 'f4'), 'projected_2d': ((44, 3), 'f4'), 'keypoints_3d': ((44, 4), 'f4'),
    'visibility': ((44,), 'u1'),
    'limb_extent': ((4,), 'f4'), 'label': ((), 'i8'), 'multi_hot': ((12,), 'u1'),
    'group': ((), 'U'), 'gender': ((), 'U'), 'age': ((), 'f4'), 'build': ((), 'U'),
    'background': ((), 'U'), 'pose_source': ((), 'U'), 'light': ((3,), 'f4'),
    'source_picture': ((), 'U'), 'source_box': ((3,), 'f4')}
#: Values of a part mask: 0 background, 1 + SMPL joint 0..23 where the person is seen, and what hides or is not the person.
BACKGROUND, OTHER = 0, 255
#: Depth pictures count millimetres from here.
DEPTH_MIDDLE = 32768


class Hidden(NamedTuple):
    """Why keypoints are unseen, (44,) bool each."""
    occluded: np.ndarray
    outside: np.ndarray
    absent: np.ndarray


def depth_tolerance() -> np.ndarray:
    """(44,) metres of flesh that may lie in front of a keypoint without hiding it: joints are inside, the face is not."""
    tolerance = np.full(keypoint_table.NUM_KEYPOINTS, .10, np.float32)
    for index, name in enumerate(keypoint_table.HMR44):
        if any(word in name for word in ('hip', 'pelvis', 'spine', 'thorax')):
            tolerance[index] = .22
        elif any(word in name for word in ('shoulder', 'neck', 'jaw', 'head', 'knee')):
            tolerance[index] = .14
        elif any(word in name for word in ('nose', 'eye', 'ear')):
            tolerance[index] = .05
    return tolerance


def keypoint_columns(pixels: np.ndarray, points: np.ndarray, hidden: Hidden) -> Dict[str, np.ndarray]:
    """2D and 3D keypoint columns of one picture.

    ``pixels`` (44,2), ``points`` (44,3) metres in camera axes. 2D keypoints that cannot be seen become 0, 0, 0; 3D
    keypoints keep confidence 1 (paper Sec. 3.2: only the 2D term ignores lost or hidden joints). ``projected_2d`` says where
    every keypoint that exists would be seen: detectors report most hidden joints, and that is needed to imitate them.
    """
    visibility = np.full(len(pixels), VISIBLE, np.uint8)
    visibility[hidden.occluded], visibility[hidden.outside], visibility[hidden.absent] = OCCLUDED, OUTSIDE, ABSENT
    seen = (visibility == VISIBLE)[:, None]
    ones = np.ones((len(pixels), 1), np.float32)
    exists = (visibility != ABSENT)[:, None]
    return dict(projected_2d=np.where(exists, np.concatenate([pixels, ones], 1), 0).astype(np.float32),
                keypoints_2d=np.where(seen, np.concatenate([pixels, ones], 1), 0).astype(np.float32),
                keypoints_3d=np.concatenate([points, ones], 1).astype(np.float32), visibility=visibility)


def limb_columns(extent: np.ndarray) -> Dict[str, np.ndarray]:
    """Limb columns of one person from the extents (4,): label is -1 for several lost limbs."""
    classes = limbs.extent_to_classes(extent)
    return dict(limb_extent=extent.astype(np.float32), label=limbs.classes_to_label(classes),
                multi_hot=limbs.classes_to_multi_hot(classes))


def to_columns(rows) -> Dict[str, np.ndarray]:
    """Columns (N, ...) from a list of row dictionaries that hold every name of ``COLUMNS``."""
    columns = {}
    for name, (shape, kind) in COLUMNS.items():
        values = [row[name] for row in rows]
        columns[name] = (np.array(values, dtype=np.str_) if kind == 'U'
                         else np.asarray(values, dtype=kind).reshape(len(rows), *shape))
    return columns


def encode_mask(part: np.ndarray, hidden: np.ndarray, other: Optional[np.ndarray] = None) -> bytes:
    """PNG of the part mask: ``part`` (H,W) SMPL joint or -1; ``hidden`` (H,W) bool: something lies over the picture.

    ``other`` (H,W) bool: where a second person would be seen if the first were not there.
    """
    mask = (part + 1).astype(np.uint8)
    if other is not None:
        mask[other & (part < 0)] = OTHER
    mask[hidden] = OTHER
    return png_bytes(mask)


def encode_depth(depth: np.ndarray, origin: float) -> bytes:
    """PNG (16 bit) of ``depth`` (H,W) metres, 0 = empty, in millimetres from ``origin``, plus ``DEPTH_MIDDLE``; 0 = empty.

    The camera of a crop stands 40 m and more away, too far for millimetres from the camera; so they count from the person,
    and ``origin`` is z of ``transl``.
    """
    steps = np.rint((depth - origin) * 1000 + DEPTH_MIDDLE).clip(1, 65535)
    return png_bytes(np.where(depth > 0, steps, 0).astype(np.uint16))
