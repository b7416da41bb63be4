"""BEDLAM-CLIFF: trunk, box information, three regression steps, place in the photograph."""
from typing import Any, Dict

import numpy as np
import torch
from parity import comparison
from parity.common import artificial_body, build, converted, mean_and_std, pictures, probe, tap
from parity.folder import Fixture
from torch import Tensor

from ajahr_mm.geometry.box_camera import BoxCamera
from ajahr_mm.geometry.boxes import crop_affine

LIMITS = comparison.CLIFF
INPUTS = ('img_size_wh', 'bbox_center', 'bbox_scale', 'focal_given')


def applies(fixture: Fixture) -> bool:
    return fixture.has('model.head.fc1.weight')


def run(fixture: Fixture) -> Dict[str, Any]:
    """Every stored array, computed by a converted ``BodyEstimator`` with ``CLIFFHead``."""
    state = fixture.state()
    done = converted('cliff', state)
    # No stored array comes from a body; the artificial one has ten shape axes.
    model = build(dict(done.model, body=dict(type='BodyModel', source=artificial_body(240, 476))), done.state)
    image, stored = pictures(fixture), fixture.arrays
    features = model.backbone(image)
    out = dict(weight_mean_std=mean_and_std(fixture, state), img_probe=probe(image), feat_sub=features[:, ::20, ::2, ::2],
               pooled=features.mean((2, 3)))
    diagonal = np.hypot(*stored['img_size_wh'].T)
    # The release hands the estimated focal length of sample 2i (modulo the batch) to sample i.
    mixed_up = diagonal[2 * np.arange(len(diagonal)) % len(diagonal)]
    for run_name, focal in (('givenfocal', stored['focal_given']), ('diagfocal', mixed_up)):
        out.update({f'{run_name}_{name}': value for name, value in _regress(model, image, features, stored, focal).items()})
    return out


def _regress(model: Any, image: Tensor, features: Tensor, stored: Dict[str, np.ndarray],
             focal: np.ndarray) -> Dict[str, Any]:
    people = zip(stored['img_size_wh'], stored['bbox_center'], 200 * stored['bbox_scale'], focal)
    boxes = BoxCamera.stack([BoxCamera.of_crop((height, width), size, crop_affine(center, size, 224), 224, f)
                             for (width, height), center, size, f in people])
    kept: Dict[str, Tensor] = {}
    end = tap(model.params_head.fc2, kept, 'hidden')  # the last of three steps stays
    pred = model.regress(image, boxes=boxes)
    end()
    sixd = model.params_head.regress(model.decoder(features, None, boxes.information()))[0]
    joints = torch.cat([pred['global_orient'][:, None], pred['body_pose']], 1)[:, :sixd.shape[1] // 6]
    first = sixd.unflatten(1, (-1, 3, 2)).transpose(2, 3).flatten(2)
    return dict(bbox_info=boxes.information(), pose6d=sixd, pose_rotmat=comparison.Ours(joints, comparison.steep(first)),
                betas=pred['betas'], cam=pred['camera'], cam_t=pred['translation'], last_hidden_sub=kept['hidden'][:, ::8])
