"""The A3D generator: registry parts in, finished pictures with annotations out (paper Sec. 3.2, supplement A)."""
import zlib
from typing import Dict, List, NamedTuple, Optional

import numpy as np

from ajahr_mm.anatomy import keypoints as keypoint_table
from ajahr_mm.anatomy import limbs
from ajahr_mm.geometry.cameras import FOCAL
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis import annotation
from ajahr_mm.synthesis.finish import lay_over
from ajahr_mm.synthesis.occluders import clear_of
from ajahr_mm.synthesis.surface import Surface


class Sample(NamedTuple):
    """One finished picture: JPEG bytes and a row for ``annotation.COLUMNS``."""
    jpeg: bytes
    row: Dict[str, object]


class _Draft:
    """What is known of one picture before it is rendered."""

    def __init__(self, **fields) -> None:
        self.__dict__.update(fields)


@SYNTHESIS.register_module()
class A3DPipeline:
    """Draws people, renders them over backgrounds, annotates them.

    Every picture has its own random streams, one for each part, seeded by (seed, split, index, part): it does not depend
    on other pictures or on who computes it, and replacing one part leaves the draws of the others as they were. The
    body model and the renderer work on whole chunks, whose limits are fixed by ``chunk``; only companions look beyond
    one picture, at the next person of the chunk.

    Args:
        poses, subjects, appearance, light, view, backgrounds, occluders, finish: configs of SYNTHESIS parts.
        body: keyword arguments of ``body_models.build_body``.
        amputation: 'collapse' renders the paper's zero matrices, 'stump' a rounded residual limb. Keypoints are always
            those of the collapsed body (paper Sec. 3.1).
        splits: split -> number of pictures.
        companions: share of pictures with a second person, before or behind the first.
        renderer: name for ``rendering.make_renderer``; samples: anti-aliasing points along a pixel side.
    """

    def __init__(self, poses: dict, subjects: dict, appearance: dict, light: dict, view: dict, backgrounds: dict,
                 occluders: dict, finish: dict, body: Optional[dict] = None, amputation: str = 'collapse',
                 splits: Optional[Dict[str, int]] = None, seed: int = 0, image_size: int = 256, chunk: int = 25,
                 companions: float = .07, renderer: str = 'auto', samples: int = 2):
        self.poses, self.subjects, self.appearance = (SYNTHESIS.build(part) for part in (poses, subjects, appearance))
        self.light, self.view, self.backgrounds = (SYNTHESIS.build(part) for part in (light, view, backgrounds))
        self.occluders, self.finish = SYNTHESIS.build(occluders), SYNTHESIS.build(finish)
        self.splits = dict(splits or dict(train=3000, test=300))
        self.seed, self.size, self.chunk, self.companions = seed, image_size, chunk, companions
        self.amputation, self._renderer_name, self._samples = amputation, renderer, samples
        self._body_config = dict(body or dict(source='open'))
        self._body, self._people = None, {}
        self._tolerance = annotation.depth_tolerance()

    @property
    def is_open_body(self) -> bool:
        """Whether the pictures show the free body that ships with this package."""
        return self._body_config.get('source', 'open') == 'open'

    # ------------------------------------------------------------------ people

    def rng(self, split: str, index: int, part: str) -> np.random.Generator:
        """The random stream of one part of one picture."""
        return np.random.default_rng([self.seed, zlib.crc32(split.encode()), index, zlib.crc32(part.encode())])

    def people(self, split: str) -> list:
        """All subjects of a split, in the order of the pictures."""
        if split not in self._people:
            self._people[split] = self.subjects.draw(self.splits[split], self.rng(split, 0, 'quota'))
        return self._people[split]

    def pose_set(self, count: int, split: str, amputee_share: float = .5) -> Dict[str, np.ndarray]:
        """Poses without pictures for the tokenizers: body_pose (count, 69), limb_extent (count, 4)."""
        poses = self.poses.sample_many(count, self.seed, split)
        extents = self.subjects.draw_extents(count, amputee_share, self.rng(split, 0, 'pose set'))
        return dict(body_pose=poses.astype(np.float32), limb_extent=extents)

    def _prepare(self) -> None:
        if self._body is None:
            from ajahr_mm.body_models import build_body
            from ajahr_mm.rendering import Mesh, make_renderer
            self._body = build_body(**self._body_config).eval()
            self._surface = Surface.of(self._body)
            faces = np.asarray(self._body.faces, dtype=np.int32)
            self._renderer = make_renderer(Mesh(faces=faces), self._renderer_name, samples=self._samples)

    # ------------------------------------------------------------------ pictures

    def render(self, split: str, start: int, stop: int) -> List[Sample]:
        """Pictures ``start`` to ``stop`` of a split; ``start`` is a multiple of the chunk size."""
        self._prepare()
        samples = []
        for first in range(start, stop, self.chunk):
            samples += self._chunk(split, range(first, min(first + self.chunk, stop)))
        return samples

    def _chunk(self, split: str, indices: range) -> List[Sample]:
        drafts = [self._draft(split, index) for index in indices]
        shown, keypoints, joints = self._bodies(drafts)
        for draft, mesh, points, bones in zip(drafts, shown, keypoints, joints):
            self._place(draft, mesh, points, bones)
        frame = self._render([draft.vertices for draft in drafts], drafts)
        from ajahr_mm.rendering import occluded
        behind = occluded(frame, np.stack([draft.points for draft in drafts]), self._tolerance)
        companions = self._companions(drafts)
        return [self._compose(draft, frame.rgb[i], frame.alpha[i] / np.float32(255), behind[i], companions.get(i))
                for i, draft in enumerate(drafts)]

    def _draft(self, split: str, index: int) -> _Draft:
        subject = self.people(split)[index]
        pose = self.poses.sample(self.rng(split, index, 'pose'), split)
        view = self.view.sample(self.rng(split, index, 'view'), pose.pitch)
        return _Draft(split=split, index=index, subject=subject, pose=pose, view=view,
                      color=self.appearance.sample(self.rng(split, index, 'appearance'), subject, self._surface),
                      light=self.light.sample(self.rng(split, index, 'light')))

    def _bodies(self, drafts: List[_Draft]):
        """Shown vertices (B,V,3), collapsed keypoints (B,44,3) and joints (B,24,3), before translation."""
        import torch

        from ajahr_mm.geometry.rotations import axis_angle_to_matrix

        def tensor(values) -> 'torch.Tensor':
            return torch.from_numpy(np.stack(values).astype(np.float32))
        orient = axis_angle_to_matrix(tensor([d.view.global_orient for d in drafts]))
        pose = axis_angle_to_matrix(tensor([d.pose.body_pose.reshape(23, 3) for d in drafts]))
        betas, extent = tensor([d.subject.betas for d in drafts]), tensor([d.subject.limb_extent for d in drafts])
        with torch.no_grad():
            shown = self._body(orient, pose, betas, limb_extent=extent, amputation=self.amputation)
            collapsed = shown
            if self.amputation != 'collapse':
                collapsed = self._body(orient, pose, betas, limb_extent=extent, amputation='collapse', with_vertices=False)
        return shown.vertices.numpy(), collapsed.keypoints.numpy(), collapsed.joints.numpy()

    def _place(self, draft: _Draft, mesh: np.ndarray, points: np.ndarray, bones: np.ndarray) -> None:
        """Chooses the camera; a frame that would cut off the end of a lost limb is widened, so that labels can be seen."""
        low, high = mesh[:, :2].min(0), mesh[:, :2].max(0)
        extent = draft.subject.limb_extent
        ends = [bones[limbs.CHAINS[limb][min(int(extent[limb]), 2)]] for limb in range(limbs.NUM_LIMBS)
                if extent[limb] < limbs.INTACT_EXTENT]
        for fill, shift in ((None, None), (.88, np.zeros(2))):
            draft.camera = self.view.frame(draft.view, low, high, self.size, fill, shift)
            draft.transl = self.view.translation(draft.camera[None], self.size)[0]
            draft.ends = self._pixels(np.array(ends).reshape(-1, 3) + draft.transl)
            if ((draft.ends > 6) & (draft.ends < self.size - 6)).all():
                break
        draft.body, draft.root = mesh, bones[0]
        draft.vertices, draft.points = mesh + draft.transl, points + draft.transl
        draft.pixels = self._pixels(draft.points)

    def _pixels(self, points: np.ndarray) -> np.ndarray:
        return (points[:, :2] / points[:, 2:] * FOCAL + self.size / 2).astype(np.float32)

    def _render(self, vertices: List[np.ndarray], drafts: List[_Draft], want=('rgb', 'depth')):
        from ajahr_mm.rendering import Camera, Light
        lights = np.stack([draft.light for draft in drafts])
        camera = Camera.from_opencv([FOCAL, FOCAL, self.size / 2, self.size / 2], (self.size, self.size))
        return self._renderer.render(
            np.stack(vertices).astype(np.float32), camera, Light(lights[:, 0], lights[:, 1], lights[:, 2]), want,
            vertex_color=np.stack([draft.color for draft in drafts]))

    def _companions(self, drafts: List[_Draft]) -> Dict[int, tuple]:
        """Second people: position in the chunk -> (colour, coverage, whether in front)."""
        chosen = []
        for i, draft in enumerate(drafts):
            rng = self.rng(draft.split, draft.index, 'companion')
            if len(drafts) > 1 and rng.random() < self.companions:
                other = drafts[(i + 1) % len(drafts)]
                side = rng.choice((-1, 1)) * rng.uniform(.22, .5)
                camera = other.camera * [rng.uniform(.8, 1.1), 1, 1]
                camera[1] += side * 2 / camera[0]
                place = self.view.translation(camera[None], self.size)[0]
                chosen.append((i, other, other.body + place, bool(rng.random() < .6)))
        if not chosen:
            return {}
        frame = self._render([vertices for _, _, vertices, _ in chosen], [other for _, other, _, _ in chosen], ('rgb',))
        return {i: (frame.rgb[k], frame.alpha[k] / np.float32(255), front) for k, (i, _, _, front) in enumerate(chosen)}

    def _compose(self, draft: _Draft, color: np.ndarray, coverage: np.ndarray, behind: np.ndarray, companion) -> Sample:
        split, index = draft.split, draft.index
        scene, name = self.backgrounds.sample(self.rng(split, index, 'background'), split, self.size)
        image, hiding = scene.astype(np.float32), np.zeros((self.size, self.size), np.float32)
        layers = [(self.finish.adapt(color, scene), coverage)]
        if companion is not None:
            layer = (self.finish.adapt(companion[0], scene), companion[1])
            if companion[2] and clear_of(companion[1], draft.ends):
                layers.append(layer)
                hiding = np.maximum(hiding, companion[1])
            else:
                layers.insert(0, layer)
        for paint, mask in layers:
            image = lay_over(image, paint, mask)
        absent = keypoint_table.missing_keypoints(draft.subject.limb_extent)
        outside = ((draft.pixels < 0) | (draft.pixels >= self.size)).any(1)
        limb_points = np.isin(np.arange(len(absent)), keypoint_table.LIMB12_IN_HMR44)
        mask, paint = self.occluders.sample(
            self.rng(split, index, 'occluder'), draft.pixels[limb_points & ~absent & ~outside], draft.ends, self.size,
            lambda rng: self.backgrounds.sample(rng, split, self.size)[0])
        if mask is not None:
            image, hiding = lay_over(image, paint, mask), np.maximum(hiding, mask)
        column, row = np.clip(draft.pixels.T.astype(int), 0, self.size - 1)
        hidden = annotation.Hidden(behind | (hiding[row, column] > .5), outside, absent)
        picture = self.finish.finish(self.rng(split, index, 'finish'), image)
        return Sample(self.finish.encode(picture), self._row(draft, hidden, name))

    def _row(self, draft: _Draft, hidden, background: str) -> Dict[str, object]:
        subject = draft.subject
        return dict(
            image=f'images/{draft.index:06d}.jpg', center=np.full(2, self.size / 2), size=self.size,
            global_orient=draft.view.global_orient, body_pose=draft.pose.body_pose, betas=subject.betas,
            transl=draft.transl, root_offset=draft.root, camera=draft.camera, focal=FOCAL, seed=self.seed, group=subject.group,
            gender=subject.gender, background=background, pose_source=draft.pose.source,
            **annotation.limb_columns(subject.limb_extent),
            **annotation.keypoint_columns(draft.pixels, draft.points, hidden))
