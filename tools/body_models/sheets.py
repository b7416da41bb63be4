"""The four picture sheets of a body: labels, residual extents, shape axes, amputation modes."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Iterator

import numpy as np
import torch
from measures import stature, volume
from studio import CARD, PAPER, Studio

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.skeleton import NUM_BODY_JOINTS, joint_index
from ajahr_mm.body_models import BodyModel
from ajahr_mm.geometry.rotations import axis_angle_to_matrix

VIEWS = {'front': 0., 'side': 90., 'back': 180.}
EXTENTS = tuple(np.arange(0.25, 2.76, 0.25))
INK, SOFT = (40, 44, 52), (120, 124, 132)
REACH = (0.06, 0.10)  # m around the end of an arm or leg that is coloured
#: How the models stand: arms away from the body, elbows and fingers at ease; axis-angle of left joints, degrees.
STANCE = {'collar': (0, 0, -8), 'shoulder': (0, 0, -52), 'elbow': (0, -14, 0), 'hip': (0, 0, 2)}


@dataclass
class Shot:
    """One body of a sheet: what to build, and the words beneath it."""

    words: tuple[str, ...]
    extent: np.ndarray = field(default_factory=lambda: np.full(4, limbs.INTACT_EXTENT))
    betas: np.ndarray = field(default_factory=lambda: np.zeros(10))
    mode: str = 'stump'
    side: str = 'left'          # which side the side view looks at
    focus: int | None = None    # limb whose end stands in the middle; None: the whole body


class Sheets:
    """Builds bodies in a relaxed stance and lays their pictures out; ``zoom`` scales everything."""

    def __init__(self, body: BodyModel, studio: Studio, zoom: float = 1., step: Callable[[], None] = lambda: None) -> None:
        self.body, self.studio, self.zoom, self.step = body, studio, zoom, step
        rotations = np.zeros((NUM_BODY_JOINTS, 3))
        for name, degrees in STANCE.items():
            for side, sign in (('left', (1, 1, 1)), ('right', (1, -1, -1))):
                rotations[joint_index(f'{side}_{name}') - 1] = np.radians(degrees) * sign
        self.pose = axis_angle_to_matrix(torch.from_numpy(rotations).float())

    def build(self, shot: Shot, intact: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """Vertices (V,3) and joints (24,3) of a shot, or of the same person with all limbs."""
        extent = torch.from_numpy(np.asarray(shot.extent, np.float32))[None]
        betas = torch.from_numpy(np.asarray(shot.betas, np.float32))[None, :self.body.num_betas]
        with torch.no_grad():
            out = self.body(torch.eye(3)[None], self.pose[None], betas, limb_extent=None if intact else extent,
                            amputation=shot.mode)
        return out.vertices[0].numpy(), out.joints[0].numpy()

    def strip(self, shots: list[Shot], rows: dict[str, float], cell: tuple[int, int], scale: float,
              row_names: bool = True) -> np.ndarray:
        """Pictures of ``shots`` (columns) from the named directions (rows), each ``cell`` (H,W) px, words beneath."""
        from lettering import write
        height, width = (round(n * self.zoom) for n in cell)
        margin, line = round(34 * self.zoom), round(19 * self.zoom)
        foot = line * max(len(s.words) for s in shots) + round(10 * self.zoom)
        sheet = np.tile(PAPER.astype(np.uint8), (height * len(rows) + foot, width * len(shots) + margin, 1))
        gap = round(2 * self.zoom)  # around pictures that show a part
        for column, shot in enumerate(shots):
            vertices = self.build(shot)[0]
            centre = self._centre(shot, height / scale / self.zoom)
            edge, ground, marked = (0, PAPER, self._ends(shot, vertices)) if shot.focus is None else (gap, CARD, None)
            for row, (name, turn) in enumerate(rows.items()):
                turn = -turn if name == 'side' and shot.side == 'right' else turn
                size = height - 2 * edge, width - 2 * edge
                top, left = row * height + edge, margin + column * width + edge
                sheet[top:top + size[0], left:left + size[1]] = self.studio.photograph(
                    vertices, turn, centre, size, scale * self.zoom, ground, marked)
                self.step()
            for i, text in enumerate(shot.words):
                write(sheet, text, (margin + (column + 0.5) * width, height * len(rows) + (i + 0.5) * line),
                      (14.5 if i == 0 else 12.5) * self.zoom, INK if i == 0 else SOFT, bold=i == 0)
        if row_names:
            for row, name in enumerate(rows):
                write(sheet, name, (margin / 2, (row + 0.5) * height), 12.5 * self.zoom, SOFT, upright=True)
        return sheet

    def _centre(self, shot: Shot, height: float) -> np.ndarray:
        """What stands in the middle of a picture ``height`` m high: the end of a limb, or a body on a common floor."""
        vertices, joints = self.build(shot, intact=True)
        if shot.focus is None:
            return np.array([0., vertices[:, 1].min() - 0.05 + height / 2, 0.])
        return _end(joints, shot.focus, shot.extent[shot.focus])

    def _ends(self, shot: Shot, vertices: np.ndarray) -> np.ndarray:
        """(V,) 0..1, near 1 at the ends of residual limbs, fading over REACH."""
        joints, marked = self.build(shot, intact=True)[1], np.zeros(len(vertices))
        for limb, extent in enumerate(shot.extent):
            if extent < limbs.INTACT_EXTENT:
                distance = np.linalg.norm(vertices - _end(joints, limb, extent), axis=1)
                marked = np.maximum(marked, np.clip(1.4 - distance / REACH[limb >= 2], 0, 1))
        return marked

    # ------------------------------------------------------------ the sheets

    def labels(self) -> np.ndarray:
        """The 12 labels of the paper, one limb each."""
        shots = []
        for label in range(limbs.NUM_LABELS):
            limb, limb_class = limbs.label_to_limb(label)
            extent = limbs.classes_to_extent(limbs.label_to_classes(label))
            side, *term = limbs.clinical_term(limb, float(extent[limb])).split()
            shots.append(Shot((f'{label}  {limbs.LABEL_NAMES[label]}', term[0], term[1]), extent, side=side))
        blocks = [self.strip(shots[i:i + 6], VIEWS, (292, 188), 158) for i in (0, 6)]
        return _under(blocks, round(26 * self.zoom))

    def extents(self) -> np.ndarray:
        """Left arm and left leg ending at every quarter of a segment, and the ends from near by."""
        def shots(focus=None, words=True):
            made = []
            for value in EXTENTS:
                extent = np.array([value, 3, value, 3])
                made.append(Shot((f'{value:.2f}', _term(0, value), _term(2, value)) if words else (), extent, focus=focus))
            return made

        near = {'front': 0., 'back': 180.}
        return _under([self.strip(shots(), VIEWS, (262, 138), 140),
                       self.strip(shots(0, False), {f'arm, {k}': v for k, v in near.items()}, (138, 138), 460),
                       self.strip(shots(2, False), {f'leg, {k}': v for k, v in near.items()}, (138, 138), 440)],
                      round(8 * self.zoom))

    def shapes(self) -> np.ndarray:
        """Every shape axis at -2 and +2 standard deviations, with stature and volume."""
        shots = []
        for axis in range(self.body.num_betas):
            for value in (-2, 2):
                betas = value * np.eye(self.body.num_betas)[axis]
                vertices = self._t_posed(betas)
                size = f'{100 * stature(vertices):.0f} cm', f'{volume(vertices, self.body.faces.numpy()):.0f} l'
                shots.append(Shot((f'axis {axis + 1}: {value:+d}'.replace('-', '−'), ', '.join(size)), betas=betas))
        blocks = [self.strip(shots[i:i + 10], VIEWS, (270, 142), 136) for i in range(0, len(shots), 10)]
        return _under(blocks, round(20 * self.zoom))

    def modes(self) -> np.ndarray:
        """The paper's collapse above, the closed residual limb below."""
        strips = []
        for mode in ('collapse', 'stump'):
            shots = []
            for limb, value in ((0, 2.), (0, 1.), (0, 0.), (2, 2.), (2, 1.), (2, 0.), (0, 1.5), (2, 1.5)):
                extent = np.full(4, limbs.INTACT_EXTENT)
                extent[limb] = value
                words = _term(limb, value), f'extent {value:g}'
                shots.append(Shot(words if mode == 'stump' else (), extent, mode=mode, focus=limb))
            strips.append(self.strip(shots, {mode: 0.}, (200, 190), 330))
        return _under(strips, round(4 * self.zoom))

    def _t_posed(self, betas: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            out = self.body(torch.eye(3)[None], torch.eye(3).expand(1, NUM_BODY_JOINTS, 3, 3),
                            torch.from_numpy(betas).float()[None])
        return out.vertices[0].numpy()


#: name -> (heading, what one sees)
TEXTS = {
    'labels': ('The 12 amputation labels', 'Index 0-11 of AJAHR and the clinical term of ISO 8549: one limb ends at '
               'extent 2, 1 or 0 (blue), amputation="stump".'),
    'extents': ('Residual limbs, extent 0.25 to 2.75', 'Left arm and left leg end at the same extent; below, the ends '
                '(blue) from near by.'),
    'shapes': ('Shape axes at −2 and +2 standard deviations', 'Stature, and volume in litres (a litre is about a '
               'kilogram).'),
    'modes': ('Collapse and stump', 'Above the zero matrices of the paper, which end a limb at joints only; below the '
              'closed residual limb.')}


def _end(joints: np.ndarray, limb: int, extent: float) -> np.ndarray:
    """Where a limb of a body with these joints (24,3) ends, at most at the knuckles or the ball of the foot."""
    chain = joints[list(limbs.CHAINS[limb])]
    return np.array([np.interp(extent, limbs.JOINT_POSITION, chain[:, axis]) for axis in range(3)])


def _term(limb: int, extent: float) -> str:
    """Clinical term without the side, short enough for a column."""
    return limbs.clinical_term(limb, extent).split(' ', 1)[1].replace('disarticulation', 'disart.')


def _under(blocks: list[np.ndarray], gap: int) -> np.ndarray:
    """Pictures of one width, or narrower, below each other."""
    width = max(b.shape[1] for b in blocks)
    paper = PAPER.astype(np.uint8)
    parts: list[np.ndarray] = []
    for block in blocks:
        wide = np.tile(paper, (block.shape[0], width, 1))
        wide[:, :block.shape[1]] = block
        parts += [wide, np.tile(paper, (gap, width, 1))]
    return np.concatenate(parts[:-1])


def draw(sheets: Sheets, names: list[str]) -> Iterator[tuple[str, np.ndarray]]:
    """The named sheets, one after the other, RGB (H,W,3) uint8."""
    for name in names:
        yield name, getattr(sheets, name)()
