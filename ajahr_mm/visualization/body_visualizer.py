"""BodyVisualizer: a sample, its ground truth and its prediction, side by side, for MMEngine's back-ends."""
from typing import Any, List, Optional

import cv2
import numpy as np
import torch
from mmengine.structures import BaseDataElement
from mmengine.visualization import Visualizer

from ajahr_mm.anatomy import limbs
from ajahr_mm.geometry.cameras import FOCAL, weak_to_translation
from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.registry import BODY_MODELS, VISUALIZERS
from ajahr_mm.structures import BodySample
from ajahr_mm.visualization.badge import limb_badge
from ajahr_mm.visualization.drawing import draw_keypoints, draw_ring, label
from ajahr_mm.visualization.overlay import BodyPainter
from ajahr_mm.visualization.stumps import body_colors, stump_sites


@VISUALIZERS.register_module()
class BodyVisualizer(Visualizer):
    """Draws a crop with its detected keypoints, the labelled body and the predicted body, each over its limb badge.

    Args:
        body: config of BODY_MODELS; default: the open body. Built when the first body is drawn.
        renderer: name for ``make_renderer``.
        panel: side of one picture in px.
        name, kwargs: of MMEngine's Visualizer (``vis_backends``, ``save_dir`` …).
    """

    def __init__(self, name: str = 'visualizer', body: Optional[dict] = None, renderer: str = 'auto', panel: int = 384,
                 **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self._body_config, self._renderer, self.panel = body, renderer, panel
        self._body: Optional[torch.nn.Module] = None
        self._painter: Optional[BodyPainter] = None

    @torch.no_grad()
    def add_datasample(self, name: str, image: np.ndarray, data_sample: BodySample, draw_gt: bool = True,
                       draw_pred: bool = True, show: bool = False, wait_time: float = 0,
                       out_file: Optional[str] = None, step: int = 0) -> None:
        """Draws one sample and shows it, writes it to ``out_file``, or hands it to the back-ends as ``name``.

        image: the crop (S,S,3) uint8 RGB, as the model got it; parts that the sample does not have are left out.
        """
        scale = self.panel / image.shape[0]
        crop = cv2.resize(image, (self.panel, self.panel), interpolation=cv2.INTER_LINEAR)
        gt = getattr(data_sample, 'gt', None) if '_gt' in data_sample else None
        pred = getattr(data_sample, 'pred', None) if '_pred' in data_sample else None
        columns = [self._column(label(self._with_points(crop, gt, 'input_keypoints', scale), 'input'), None)]
        if draw_gt and gt is not None:
            picture = self._with_points(self._with_body(crop, gt), gt, 'keypoints_2d', scale)
            columns.append(self._column(label(picture, 'ground truth'), gt))
        if draw_pred and pred is not None:
            columns.append(self._column(label(self._with_body(crop, pred), 'prediction'), pred))
        drawn = np.concatenate(columns, axis=1)
        self.set_image(drawn)
        if show:
            self.show(drawn, win_name=name, wait_time=wait_time)
        if out_file is not None:
            with atomic_path(out_file) as temporary:
                if not cv2.imwrite(str(temporary), drawn[..., ::-1]):
                    raise OSError(f'OpenCV could not write {out_file}')
        else:
            self.add_image(name, drawn, step)

    def _with_points(self, image: np.ndarray, part: Optional[BaseDataElement], field: str, scale: float) -> np.ndarray:
        if part is None or field not in part:
            return image
        points = part.get(field).detach().float().cpu().numpy().copy()
        points[:, :2] *= scale
        return draw_keypoints(image, points)

    def _with_body(self, image: np.ndarray, part: BaseDataElement) -> np.ndarray:
        """The body of ``gt`` or ``pred`` over the crop; nothing where pose or camera are not known."""
        known = all(field in part for field in ('global_orient', 'body_pose', 'betas', 'camera'))
        if not known or float(part.camera[0]) <= 0 or ('has_pose' in part and not float(part.has_pose)):
            return image
        orient, pose, betas, camera = (part.get(field).detach().float().cpu()[None]
                                       for field in ('global_orient', 'body_pose', 'betas', 'camera'))
        extent = _extent(part)
        translation = weak_to_translation(camera)
        body = self._build_body()
        vertices = body(orient, pose, betas, limb_extent=extent[None]).vertices[0] + translation
        joints = body(orient, pose, betas, with_vertices=False).joints[0] + translation
        view = (FOCAL * self.panel / 256,) * 2 + (self.panel / 2,) * 2
        sites = stump_sites(joints.numpy(), extent.numpy())
        image = self._painter.paint(image, vertices.numpy(), view, body_colors(vertices.numpy(), sites))
        for _, end in sites:
            image = draw_ring(image, end[:2] / end[2] * view[0] + view[2], self.panel / 30)
        return image

    def _build_body(self) -> torch.nn.Module:
        if self._body is None:
            if self._body_config is None:
                from ajahr_mm.body_models import build_body
                self._body = build_body('open')
            else:
                self._body = BODY_MODELS.build(self._body_config)
            self._painter = BodyPainter(torch.as_tensor(self._body.faces).cpu().numpy(), self._renderer)
        return self._body

    def _column(self, picture: np.ndarray, part: Optional[BaseDataElement]) -> np.ndarray:
        """A picture over its badge; a blank badge where nothing is said about limbs."""
        if part is None or not ('limb_extent' in part or 'limb_classes' in part):
            blank = limb_badge(self.panel, [limbs.INTACT_EXTENT] * 4)
            blank[:] = blank[0, 0]
            return np.concatenate([picture, blank])
        classes = probabilities = None
        if 'limb_probs' in part:
            classes: List[int] = part.limb_classes.tolist()
            probabilities = part.limb_probs.float().cpu().gather(1, part.limb_classes.cpu()[:, None])[:, 0].tolist()
        return np.concatenate([picture, limb_badge(self.panel, _extent(part).tolist(), classes, probabilities)])


def _extent(part: BaseDataElement) -> torch.Tensor:
    """Limb extents (4,) on the CPU; every limb where nothing is said."""
    if 'limb_extent' in part and not ('has_limbs' in part and not float(part.has_limbs)):
        return part.limb_extent.detach().float().cpu()
    return torch.full((4,), limbs.INTACT_EXTENT)
