"""Two pictures of one sample beside those of the visualizer: what is known of every joint, and which pixel is which part."""
from typing import Optional

import cv2
import numpy as np
import torch

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.keypoints import ABSENT, HMR44, OCCLUDED
from ajahr_mm.geometry.cameras import CROP_SIZE, FOCAL, project_to_crop, weak_to_translation
from ajahr_mm.geometry.rotations import axis_angle_to_matrix
from ajahr_mm.rendering import Camera, Mesh, make_renderer
from ajahr_mm.synthesis.annotation import BACKGROUND, OTHER
from ajahr_mm.visualization.colors import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, SKY, VERMILION, WHITE, YELLOW
from ajahr_mm.visualization.drawing import draw_keypoints, draw_ring, label, put_text

_PALETTE = np.array([BLUE, GREEN, ORANGE, PURPLE, SKY, YELLOW, VERMILION, GREY], np.uint8)


class DatasetPanels:
    """``body``: a BodyModel; ``panel``: side of a picture in px."""

    def __init__(self, body: torch.nn.Module, panel: int = 384) -> None:
        self.body, self.panel, self._renderer = body, panel, None

    def joints(self, image: np.ndarray, results: dict) -> np.ndarray:
        """Crop (S,S,3) -> (panel,panel,3): joints that are seen are joined, a ring is a hidden one, a cross an absent one.

        ``results``: the sample before it is packed. Crosses stand where the limb would have been, by pose and camera; where
        these are not known, the names of what is absent stand below.
        """
        scale = self.panel / image.shape[0]
        points = results['keypoints_2d'] * [scale, scale, 1]
        drawn = draw_keypoints(self._large(image), points)
        told = results['visibility']
        for point in results['projected_2d'][(told == OCCLUDED) & (results['projected_2d'][:, 2] > 0)]:
            drawn = draw_ring(drawn, point[:2] * scale, self.panel / 60, GREY)
        absent = np.flatnonzero(told == ABSENT)
        ghosts = self._ghosts(results)
        if ghosts is None and len(absent):
            names = sorted({HMR44[i].replace('lsp_', '') for i in absent})
            put_text(drawn, 'absent: ' + ', '.join(names), (6, self.panel - 8), VERMILION)
        for x, y in (ghosts[absent] * scale if ghosts is not None else ()):
            for width, color in ((4, WHITE), (2, VERMILION)):
                place = int(round(x)), int(round(y))
                cv2.drawMarker(drawn, place, color, cv2.MARKER_TILTED_CROSS, self.panel // 30, width)
        return label(drawn, 'joints: o hidden, x absent')

    def parts(self, image: np.ndarray, results: dict, mask: Optional[np.ndarray] = None) -> np.ndarray:
        """Crop (S,S,3) -> (panel,panel,3): a colour for each of SMPL's parts, hatched what hides them.

        ``mask`` (H,W) uint8: the one that is stored with the picture, see ``synthesis.annotation``. Without it, the
        annotated body is rendered.
        """
        drawn = self._large(image) // 2
        if mask is not None:
            told = self._cropped(mask, results)
            part = np.where(told == OTHER, BACKGROUND, told).astype(int) - 1
            drawn = np.where((part >= 0)[..., None], _PALETTE[part % len(_PALETTE)], drawn)
            hatched = (told == OTHER) & (np.add.outer(np.arange(self.panel), np.arange(self.panel)) % 12 < 4)
            return label(np.where(hatched[..., None], np.uint8(GREY), drawn), 'stored mask; hatched: others')
        vertices = self._pose(results, with_vertices=True)
        if vertices is not None:
            scale = self.panel / CROP_SIZE
            intrinsics = np.float32([FOCAL * scale, FOCAL * scale, self.panel / 2, self.panel / 2])
            view = Camera.from_opencv(intrinsics, drawn.shape[:2])
            part = self._render(vertices, view)
            drawn = np.where((part >= 0)[..., None], _PALETTE[part % len(_PALETTE)], drawn)
        return label(drawn, 'mask of the body' if vertices is not None else 'no body is known')

    def _render(self, vertices: np.ndarray, view: Camera) -> np.ndarray:
        if self._renderer is None:
            faces = self.body.faces.cpu().numpy()
            self._renderer = make_renderer(Mesh(faces, face_part=self.body.part_labels.cpu().numpy()[faces[:, 0]]))
        return self._renderer.render(vertices, view, want=('face',)).part[0]

    def _ghosts(self, results: dict) -> Optional[np.ndarray]:
        """(44,2) crop px of the joints of the same person with all limbs."""
        points = self._pose(results, with_vertices=False)
        if points is None:
            return None
        camera = torch.from_numpy(np.asarray(results['camera'], np.float32))[None]
        return project_to_crop(points, camera)[0].numpy() * results['crop_size'] / CROP_SIZE

    def _pose(self, results: dict, with_vertices: bool):
        """Vertices (V,3) in camera axes as the body is, or its keypoints (1,44,3) with all limbs; None if unknown."""
        if not results['has_pose'] or results['camera'][0] <= 0:
            return None
        pose = np.concatenate([results['global_orient'][None], results['body_pose']])
        rotations = axis_angle_to_matrix(torch.from_numpy(pose.astype(np.float32)))[None]
        betas, extent, camera = (torch.from_numpy(np.asarray(results[name], np.float32))[None]
                                 for name in ('betas', 'limb_extent', 'camera'))
        with torch.no_grad():
            if not with_vertices:
                return self.body(rotations[:, 0], rotations[:, 1:], betas, with_vertices=False).keypoints
            posed = self.body(rotations[:, 0], rotations[:, 1:], betas, limb_extent=extent, amputation='stump')
        return (posed.vertices + weak_to_translation(camera)[:, None])[0].numpy()

    def _cropped(self, mask: np.ndarray, results: dict) -> np.ndarray:
        """The mask of the whole picture -> (panel,panel), mirrored, turned and cropped as the picture was."""
        scale = self.panel / results['crop_size']
        enlarge = np.array([[scale, 0, (scale - 1) / 2], [0, scale, (scale - 1) / 2], [0, 0, 1]])
        affine = (enlarge @ np.vstack([results['affine'], [0, 0, 1]]))[:2]
        flipped = mask[:, ::-1] if results.get('flip') else mask
        return cv2.warpAffine(np.ascontiguousarray(flipped), affine, (self.panel, self.panel), flags=cv2.INTER_NEAREST)

    def _large(self, image: np.ndarray) -> np.ndarray:
        return cv2.resize(image, (self.panel, self.panel), interpolation=cv2.INTER_LINEAR)


def caption(results: dict, width: int, height: int = 26) -> np.ndarray:
    """A strip (height,width,3): who it is, which limbs end where, and where the picture comes from."""
    strip = np.full((height, width, 3), INK, np.uint8)
    text = f'{results["sample_id"]}   {limbs_in_words(results)}   {results["img_path"]}'
    put_text(strip, text, (8, height - 8), WHITE, 10)
    return strip


def limbs_in_words(results: dict) -> str:
    """``left transtibial (label 7, left knee); extents 3 3 1.40 3``."""
    if not results['has_limbs']:
        return 'limbs not annotated'
    extent = np.asarray(results['limb_extent'], float)
    lost = [limbs.clinical_term(limb, value) for limb, value in enumerate(extent) if value < limbs.INTACT_EXTENT]
    index = limbs.classes_to_label(limbs.extent_to_classes(extent))
    named = f'label {index}, {limbs.LABEL_NAMES[index]}' if index >= 0 else 'no single label'
    return f'{" and ".join(lost) or "all limbs"} ({named}); extents {" ".join(f"{value:.3g}" for value in extent)}'
