"""Zero matrices in the pose: joints and vertices of the artificial body."""
from typing import Any, Dict

import numpy as np
import torch
from parity import comparison
from parity.common import body_model
from parity.folder import Fixture

from ajahr_mm.anatomy.limbs import classes_to_extent, label_to_classes
from ajahr_mm.body_models.amputation import kept_joints

LIMITS = comparison.AMPUTATION
INPUTS = ('global_orient', 'body_pose_intact', 'betas')


def applies(fixture: Fixture) -> bool:
    return fixture.arrays is not None and {'label_rows', 'joints24', 'zero_mask'} <= set(fixture.arrays)


def run(fixture: Fixture) -> Dict[str, Any]:
    """Rows that are those of labels go through ``limb_extent``; the others are written into the pose as they stand."""
    stored = fixture.arrays
    shapes = {key.removeprefix('smpl.'): shape for key, shape, _ in fixture.keys}
    body = body_model(shapes['v_template'][0], shapes['faces_tensor'][0])
    classes = np.stack([label_to_classes(label) for label in range(13)])
    label_rows = (kept_joints(torch.from_numpy(classes_to_extent(classes)))[:, 1:] == 0).numpy()
    mask = stored['zero_mask'].astype(bool)
    pose = torch.from_numpy(stored['body_pose_intact']).repeat(len(mask), 1, 1, 1)
    extent = np.full((len(mask), 4), 3, np.float32)
    for case, rows in enumerate(mask):
        own = [label for label in range(12) if not (label_rows[label] & ~rows).any()]
        if own and (label_rows[own].any(0) == rows).all():
            extent[case] = np.min([classes_to_extent(label_to_classes(label)) for label in own], axis=0)
        else:
            pose[case][torch.from_numpy(rows)] = 0
    # The negative control: the identity in the rows of one label is no amputation.
    control = len(mask) - 1
    if not mask[control].any():
        pose[control][torch.from_numpy(label_rows[1])] = torch.eye(3)
    rows = (kept_joints(torch.from_numpy(extent))[:, 1:] == 0).numpy() | (pose == 0).flatten(2).all(-1).numpy()
    out = body(torch.from_numpy(stored['global_orient']).reshape(1, 3, 3).expand(len(mask), 3, 3), pose,
               torch.from_numpy(stored['betas']).expand(len(mask), -1), limb_extent=torch.from_numpy(extent))
    return dict(zero_mask=rows.astype(np.int32), label_rows=label_rows.astype(np.int32), vertices=out.vertices,
                joints24=out.joints, joints44=out.keypoints)
