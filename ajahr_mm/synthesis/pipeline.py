"""The A3D generator: registry parts in, finished pictures with annotations out (paper Sec. 3.2, supplement A)."""
import zlib
from contextlib import nullcontext
from typing import ContextManager, Dict, List, Optional, Sequence

import numpy as np

from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.companions import place_beside, seen_by
from ajahr_mm.synthesis.draft import Draft
from ajahr_mm.synthesis.picture import PictureMaker
from ajahr_mm.synthesis.posing import Poser
from ajahr_mm.synthesis.records import Sample

#: Roles of the parts, in the order in which a picture passes them.
ROLES = ('poses', 'subjects', 'appearance', 'backgrounds', 'light', 'view', 'shading', 'shadow', 'occluders', 'finish')


@SYNTHESIS.register_module()
class A3DPipeline:
    """Draws people, renders them over backgrounds, annotates them.

    Every picture has its own random streams, one for each part, seeded by (seed, split, index, part): it does not depend
    on other pictures or on who computes it, and replacing one part leaves the draws of the others as they were. The
    body model and the renderer work on whole chunks, whose limits are fixed by ``chunk``.

    Args:
        poses, subjects, appearance, backgrounds, light, view, shading, shadow, occluders, finish: configs of SYNTHESIS
            parts (``docs/synthesis.md`` says what each has to offer); ``shadow=None`` casts none.
        body: keyword arguments of ``body_models.build_body``.
        amputation: 'collapse' renders the paper's zero matrices, 'stump' a rounded residual limb. Keypoints are always
            those of the collapsed body (paper Sec. 3.1).
        splits: split -> number of pictures.
        companions: share of pictures with a second person, before or behind the first.
        mask, depth: add a picture of the body parts, and one of the distance, to each sample.
        renderer: name for ``rendering.make_renderer``; samples: anti-aliasing points along a pixel side.

    Raises:
        UserError: a part refuses its settings, or its files are unusable or too few and it is strict.

    Attributes:
        clock: called with the name of a stage for a context manager around it; a benchmark puts its own here.
    """

    def __init__(self, poses: dict, subjects: dict, appearance: dict, backgrounds: dict, light: dict, view: dict,
                 shading: dict, occluders: dict, finish: dict, shadow: Optional[dict] = None, body: Optional[dict] = None,
                 amputation: str = 'collapse', splits: Optional[Dict[str, int]] = None, seed: int = 0,
                 image_size: int = 256, chunk: int = 25, companions: float = .07, mask: bool = False, depth: bool = False,
                 renderer: str = 'auto', samples: int = 2):
        configs = dict(poses=poses, subjects=subjects, appearance=appearance, backgrounds=backgrounds, light=light,
                       view=view, shading=shading, shadow=shadow, occluders=occluders, finish=finish)
        self._parts = {role: SYNTHESIS.build(configs[role]) for role in ROLES if configs[role] is not None}
        self.splits = dict(splits or dict(train=3000, test=300))
        self.seed, self.size, self.chunk, self.companions = seed, image_size, chunk, companions
        self.amputation, self.clock = amputation, no_clock
        self._body_config = dict(body or dict(source='open'))
        self._maker_options = dict(mask=mask, depth=depth, renderer=renderer, samples=samples)
        self._poser, self._maker, self._people = None, None, {}
        for split, count in self.splits.items() if hasattr(self.backgrounds, 'check') else ():
            self.backgrounds.check(split, count)     # three photographs for ten thousand pictures are told at once

    def __getattr__(self, name: str):
        parts = self.__dict__.get('_parts', {})
        if name in parts:
            return parts[name]
        raise AttributeError(f'{type(self).__name__} has no {name!r}')

    def parts(self) -> Dict[str, object]:
        """The parts by role."""
        return dict(self._parts)

    @property
    def is_open_body(self) -> bool:
        """Whether the pictures show the free body that ships with this package."""
        return self._body_config.get('source', 'open') == 'open'

    @property
    def skipped(self) -> Dict[str, str]:
        """Files that could not be used so far, and why."""
        return {file: why for part in self._parts.values() for file, why in getattr(part, 'skipped', {}).items()}

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

    # ------------------------------------------------------------------ pictures

    def render(self, split: str, start: int, stop: int) -> List[Sample]:
        """Pictures ``start`` to ``stop`` of a split; ``start`` is a multiple of the chunk size."""
        if self._poser is None:
            self._poser = Poser(self._body_config, self.amputation)
            self._maker = PictureMaker(self, self._poser, **self._maker_options)
        samples = []
        for first in range(start, stop, self.chunk):
            samples += self._chunk(split, range(first, min(first + self.chunk, stop)))
        return samples

    def _chunk(self, split: str, indices: range) -> List[Sample]:
        drafts = self._drafts(split, indices)
        for i, companion in zip(*self._companions(drafts)):
            drafts[i].companion = companion
        with self.clock('bodies'):
            self._poser.pose([person for draft in drafts for person in draft.people])
            for draft in drafts:
                draft.place(self.view.frame(draft.view, draft.vertices, draft.ends, self.size))
                if draft.companion is not None:
                    draft.companion.place(place_beside(draft, self.rng(split, draft.index, 'place of companion')))
        return self._maker.make(drafts)

    def _drafts(self, split: str, indices: Sequence[int], beside: Sequence[Draft] = ()) -> List[Draft]:
        """The people of the pictures ``indices``; or, from streams of their own, others ``beside`` the people of them."""
        prefix = 'companion/' if beside else ''

        def rngs(part: str) -> List[np.random.Generator]:
            return [self.rng(split, index, prefix + part) for index in indices]
        everybody = self.people(split)
        chosen = [rng.integers(len(everybody)) for rng in rngs('subject')] if beside else indices
        subjects = [everybody[index] for index in chosen]
        with self.clock('pose'):
            poses = self.poses.sample_batch(rngs('pose'), split)
            views = [self.view.sample(rng, pose, self.size) for rng, pose in zip(rngs('view'), poses)]
        # A fit brings the shape of the person it is of, where that is known; all else of who it is stays as drawn.
        subjects = [subject._replace(betas=view.place.betas) if view.place and view.place.betas.any() else subject
                    for subject, view in zip(subjects, views)]
        with self.clock('background'):
            backgrounds = [draft.background for draft in beside] or [
                self.backgrounds.sample(rng, split, self.size, view.place) for rng, view in zip(rngs('background'), views)]
            lights = [draft.light for draft in beside] or [
                self.light.sample(rng, background) for rng, background in zip(rngs('light'), backgrounds)]
        with self.clock('look'):
            looks = [self.appearance.sample(rng, subject, self._poser.surface)
                     for rng, subject in zip(rngs('appearance'), subjects)]
        return [Draft(split, *fields) for fields in zip(indices, subjects, poses, views, looks, backgrounds, lights)]

    def _companions(self, drafts: List[Draft]):
        """Positions of the pictures with a second person, and those people, seen by the same camera in the same light."""
        chosen = [i for i, draft in enumerate(drafts)
                  if self.rng(draft.split, draft.index, 'companion').random() < self.companions]
        if not chosen:
            return [], []
        others = self._drafts(drafts[0].split, [drafts[i].index for i in chosen], [drafts[i] for i in chosen])
        for i, other in zip(chosen, others):
            other.view = seen_by(drafts[i].view, other.view)
        return chosen, others


def no_clock(stage: str) -> ContextManager:
    """Measures nothing."""
    return nullcontext()
