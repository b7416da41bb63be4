"""Bodies over photographs, and the side view beside them."""
from typing import Any, Dict, Optional, Sequence, Tuple

import cv2
import numpy as np

from ajahr_mm.geometry.boxes import apply_affine, crop_affine
from ajahr_mm.rendering import Camera, Mesh, Renderer, make_renderer, overlay
from ajahr_mm.visualization.badge import limb_badge
from ajahr_mm.visualization.colors import PAPER
from ajahr_mm.visualization.drawing import draw_box, draw_keypoints, draw_ring, label
from ajahr_mm.visualization.stumps import body_colors, stump_sites

#: The square around the person that is shown, in sides of the square the network saw.
MARGIN = 1.15


class BodyPainter:
    """Draws bodies of one topology.

    Args:
        faces: (F,3).  renderer: name for ``make_renderer``.  panel: side of one square picture in px.
        opacity: of the body over the photograph.
    """

    def __init__(self, faces: np.ndarray, renderer: str = 'auto', panel: int = 448, opacity: float = 0.88) -> None:
        self.faces, self.panel, self.opacity, self._name = np.asarray(faces), panel, opacity, renderer
        self._renderer: Optional[Renderer] = None

    @property
    def renderer(self) -> Renderer:
        """Made on first use: a run that draws nothing never starts it."""
        if self._renderer is None:
            self._renderer = make_renderer(Mesh(self.faces), self._name)
        return self._renderer

    def paint(self, image: np.ndarray, vertices: np.ndarray, camera: Sequence[float],
              colors: Optional[np.ndarray] = None) -> np.ndarray:
        """Body (V,3) camera frame over image (H,W,3) uint8; ``camera`` is fx, fy, cx, cy in px -> a new image."""
        view = Camera.from_opencv(np.asarray(camera, np.float32), image.shape[:2])
        frame = self.renderer.render(vertices.astype(np.float32), view, want=('rgb',), vertex_color=colors)
        return overlay(image, frame, self.opacity)

    def side_view(self, vertices: np.ndarray, centre: np.ndarray, camera: Sequence[float],
                  colors: Optional[np.ndarray] = None) -> np.ndarray:
        """The body seen from the left of the camera: turned by 90 degrees about the vertical through ``centre`` (3,)."""
        turned = vertices - centre
        turned = np.stack([-turned[:, 2], turned[:, 1], turned[:, 0]], 1) + [0, 0, centre[2]]
        focal = camera[0]
        middle = (turned.min(0) + turned.max(0)) / 2 * focal / centre[2]
        view = (focal, focal, self.panel / 2 - middle[0], self.panel / 2 - middle[1])
        paper = np.full((self.panel, self.panel, 3), PAPER, np.uint8)
        return self.paint(paper, turned, view, colors)

    def person(self, image: np.ndarray, result: Dict[str, Any], box: Optional[Sequence[float]] = None,
               keypoints: Optional[np.ndarray] = None) -> np.ndarray:
        """Photograph, overlay and side view of one inferencer result over its limb badge -> (panel+112, 3 panel, 3)."""
        affine = crop_affine(result['crop_center'], result['crop_size'] * MARGIN, self.panel)
        photo = cv2.warpAffine(image, affine, (self.panel, self.panel), flags=cv2.INTER_AREA, borderValue=PAPER)
        camera = _crop_camera(result['camera'], affine)
        sites = stump_sites(result['intact_joints_3d'], result['limb_extent'], result['amputation'])
        translation = np.asarray(result['camera']['translation'])
        colors = body_colors(result['vertices'], sites)
        body = self.paint(photo, result['vertices'], camera, colors)
        for _, end in sites:
            spot = end[:2] / end[2] * camera[0] + camera[2:]
            body = draw_ring(body, spot, self.panel / 30)
        side = self.side_view(result['vertices'], translation, camera, colors)

        if box is not None:
            photo = draw_box(photo, apply_affine(np.asarray(box, float).reshape(2, 2), affine).reshape(-1))
        if keypoints is not None:
            points = np.array(keypoints, float)
            points[:, :2] = apply_affine(points[:, :2], affine)
            photo = draw_keypoints(photo, points)
        panels = [label(photo, 'photograph'), label(body, 'body'), label(side, 'from the side')]
        return np.concatenate([np.concatenate(panels, axis=1), self._badge(result, 3 * self.panel)])

    @staticmethod
    def _badge(result: Dict[str, Any], width: int) -> np.ndarray:
        verdicts = result['limbs']
        if verdicts is None:
            return limb_badge(width, result['limb_extent'], title='shown (the network gives no limb verdict)')
        return limb_badge(width, result['limb_extent'], [v['limb_class'] for v in verdicts.values()],
                          [v['probability'] for v in verdicts.values()], title='verdict (probability)')


def _crop_camera(camera: Dict[str, Any], affine: np.ndarray) -> Tuple[float, float, float, float]:
    """Full-image pinhole seen through an affine map without rotation: fx, fy, cx, cy of the crop."""
    centre = apply_affine(np.asarray(camera['principal_point'], float), affine)
    return (camera['focal'] * affine[0, 0], camera['focal'] * affine[1, 1], *centre)
