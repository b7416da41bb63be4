"""What is said about one person: limb verdicts, SMPL parameters, cameras and joints, in numpy and in JSON."""
from typing import Any, Dict, Optional, Sequence, Union

import numpy as np
import torch
from torch import Tensor, nn

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.keypoints import HMR44
from ajahr_mm.anatomy.skeleton import JOINTS
from ajahr_mm.geometry.cameras import crop_to_full, project
from ajahr_mm.geometry.rotations import matrix_to_axis_angle
from ajahr_mm.io.errors import UserError
from ajahr_mm.structures import BodySample
from ajahr_mm.visualization.captions import CLASS_NAMES

Extent = Union[str, Sequence[float]]
#: Arrays for drawing and mesh files; too long for the JSON of a person.
NOT_IN_JSON = ('vertices', 'intact_joints_3d')


def check_amputate(amputate: Extent) -> Extent:
    """'predicted', 'off' or four extents in [0, 3] (left arm, right arm, left leg, right leg). Raises UserError."""
    if isinstance(amputate, str):
        if amputate not in ('predicted', 'off'):
            raise UserError(f"amputate must be 'predicted', 'off' or four limb extents, got {amputate!r}")
        return amputate
    try:
        extent = np.asarray(amputate, np.float32)
    except (TypeError, ValueError):
        extent = np.zeros(0)
    if extent.shape != (4,) or not ((extent >= 0) & (extent <= limbs.INTACT_EXTENT)).all():
        raise UserError(f'amputate must give four limb extents from 0 to 3 ({", ".join(limbs.LIMBS)}), got {amputate}')
    return extent.tolist()


def chosen_extent(pred: Any, amputate: Extent) -> Tensor:
    """Extent (4,) float32 the body is shown with; a network without a limb classifier shows every limb."""
    if not isinstance(amputate, str):
        return torch.tensor(amputate, dtype=torch.float32)
    if amputate == 'off' or 'limb_extent' not in pred:
        return torch.full((4,), limbs.INTACT_EXTENT)
    return pred.limb_extent.detach().float().cpu()


def limb_verdicts(pred: Any) -> Optional[Dict[str, Dict[str, Any]]]:
    """Class, its name and its probability for each limb, or None for a network without a limb classifier."""
    if 'limb_classes' not in pred:
        return None
    classes, probs = pred.limb_classes.tolist(), pred.limb_probs.detach().double().cpu().numpy()
    return {limb: dict(limb_class=c, name=CLASS_NAMES[limb.endswith('leg')][c], probability=float(probs[i, c]),
                       probabilities=probs[i].tolist()) for i, (limb, c) in enumerate(zip(limbs.LIMBS, classes))}


@torch.no_grad()
def describe(samples: Sequence[BodySample], body: nn.Module, amputate: Extent = 'predicted',
             amputation: str = 'collapse') -> Sequence[Dict[str, Any]]:
    """Predicted samples -> one dict for each person; poses and joints in the camera frame, metres, pixels of the image.

    ``smpl`` holds axis-angles that are never zeroed; ``limb_extent`` says which limbs the vertices and joints have.
    Raises UserError when the network gives numbers that are not finite.
    """
    pred = BodySample.stack(samples, 'pred')
    pred = {name: value.detach().float().cpu() for name, value in pred.items()}
    bad = [name for name, value in pred.items() if not torch.isfinite(value).all()]
    if bad:
        raise UserError(f'the network predicts numbers that are not finite ({", ".join(bad)}): check its weights')
    extent = torch.stack([chosen_extent(sample.pred, amputate) for sample in samples])
    pose = (pred['global_orient'], pred['body_pose'], pred['betas'])
    shown = body(*pose, limb_extent=extent, amputation=amputation)
    intact = body(*pose, with_vertices=False)
    people = []
    for i, sample in enumerate(samples):
        height, width = sample.img_shape
        if 'translation' in pred:  # a network that knows the photograph's camera (CLIFF)
            translation, focal = pred['translation'][i:i + 1], float(pred['focal'][i])
        else:
            translation, focal = crop_to_full(pred['camera'][i:i + 1], torch.as_tensor(sample.center)[None].float(),
                                              torch.tensor([float(sample.size)]), (height, width))
        principal = (width / 2, height / 2)

        def on_image(points: Tensor) -> np.ndarray:
            return project(points[None] + translation, focal, principal)[0].numpy()

        verdicts = limb_verdicts(sample.pred)
        people.append(dict(
            image=sample.img_path, image_size=[width, height], crop_center=np.asarray(sample.center).tolist(),
            crop_size=float(sample.size), limbs=verdicts,
            labels=None if verdicts is None else limbs.classes_to_labels(sample.pred.limb_classes.tolist()),
            limb_extent=extent[i].numpy(), amputation=amputation,
            smpl=dict(global_orient=matrix_to_axis_angle(pred['global_orient'][i]).numpy(),
                      body_pose=matrix_to_axis_angle(pred['body_pose'][i]).numpy(), betas=pred['betas'][i].numpy()),
            camera=dict(weak=pred['camera'][i].numpy(), translation=translation[0].numpy(), focal=float(focal),
                        principal_point=list(principal)),
            joint_names=JOINTS, joints_3d=(shown.joints[i] + translation[0]).numpy(), joints_2d=on_image(shown.joints[i]),
            joint_present=shown.joint_present[i].numpy(), keypoint_names=HMR44,
            keypoints_3d=(shown.keypoints[i] + translation[0]).numpy(), keypoints_2d=on_image(shown.keypoints[i]),
            keypoint_present=shown.keypoint_present[i].numpy(), vertices=(shown.vertices[i] + translation[0]).numpy(),
            intact_joints_3d=(intact.joints[i] + translation[0]).numpy()))
    return people


def to_json(value: Any) -> Any:
    """A result as plain lists and numbers, without the mesh; floats keep six digits."""
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items() if key not in NOT_IN_JSON}
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    if isinstance(value, np.ndarray):
        return to_json(value.tolist())
    if isinstance(value, float):
        return round(value, 6)
    return value
