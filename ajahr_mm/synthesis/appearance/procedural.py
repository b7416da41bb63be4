"""How a person looks: skin, face and hair by appearance group, gender and age, and clothes, painted layer by layer."""
from typing import Dict, Iterator, NamedTuple, Optional

import numpy as np

from ajahr_mm.anatomy import limbs
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.appearance import palette, stumps, wardrobe
from ajahr_mm.synthesis.appearance.canvas import Canvas
from ajahr_mm.synthesis.appearance.face import draw_iris
from ajahr_mm.synthesis.appearance.grooming import groom
from ajahr_mm.synthesis.appearance.layers import lay
from ajahr_mm.synthesis.appearance.library import Entry, Library
from ajahr_mm.synthesis.appearance.skin import draw_tone
from ajahr_mm.synthesis.appearance.surface import Surface
from ajahr_mm.synthesis.records import Look, Subject

#: segments; on shorter limbs sleeves and trouser legs are always pinned, and there are no liners
_SHORTEST = .35
_WHITE_OF_EYES = (222, 214, 208)


class _Paint(NamedTuple):
    """A layer in its colours; ``room`` of the wardrobe, or '' for what is not clothing."""
    entry: Entry
    colors: np.ndarray
    room: str = ''


@SYNTHESIS.register_module()
class ProceduralAppearance:
    """Draws people: skin, face, hair, clothes and the ends of residual limbs (the paper's controller, Sec. 3.2).

    Clothes, hair and faces come from a library of colourless layers that is painted while it is used, from its own seed, and
    coloured anew for every person.

    Args:
        bare_torso: share of men without a top; barefoot: of people without shoes; patterned: of clothes that are not plain.
        headwear: share of people with cap, hat or headband, besides those who cover their head by faith or custom.
        glasses: share of people with glasses.
        pinned: share of sleeves and trouser legs that are closed over the end of the limb; the others end just before it.
        liner: share of bare residual limbs in a liner or sock.
        size: side of the texture in texels.
        variants: how many cuts of each kind of clothes and hair the library holds.
        library: seed of the library.
    """

    def __init__(self, bare_torso: float = .05, barefoot: float = .1, patterned: float = .4, headwear: float = .08,
                 glasses: float = .1, pinned: float = .55, liner: float = .25, size: int = 512, variants: int = 3,
                 library: int = 0):
        self.bare_torso, self.barefoot, self.patterned = bare_torso, barefoot, patterned
        self.headwear, self.glasses, self.pinned, self.liner = headwear, glasses, pinned, liner
        self._size, self._variants, self._seed = size, variants, library
        self._library: Optional[Library] = None
        self._limbs: Dict[int, stumps.Limb] = {}

    def sample(self, rng: np.random.Generator, subject: Subject, surface: Surface) -> Look:
        """Texture and offset of a person; colours of vertices instead of a texture for a body without texture layout."""
        library = self._of(surface)
        canvas = library.canvas
        texture = np.zeros((*canvas.points.shape, 3), np.uint8)
        heights = [np.zeros(len(surface.rest), np.float32)]
        ends = [self._end(rng, limb, float(extent)) for limb, extent in enumerate(subject.limb_extent)
                if extent < limbs.INTACT_EXTENT]
        covered = set()
        for paint in self._paints(rng, subject, library):
            layer, height = paint.entry.layer, paint.entry.layer.offset
            trimmed = [(self._limb(end.limb), end.trim(paint), end.extent) for end in ends if end.trim(paint) is not None]
            bare = [stumps.Uncovered(texture, *trim) for trim in trimmed]
            lay(texture, layer, paint.colors)
            for (limb, at, _), place in zip(trimmed, bare):
                place.take_off(texture)
                height = None if height is None else stumps.cut_off(height, limb, at)
            covered |= {end.limb for end in ends if end.trim(paint) is None and end.is_under(paint)}
            if height is not None:
                heights.append(height)
        offset = np.maximum.reduce(heights)
        for end in ends:
            limb, is_cloth = self._limb(end.limb), end.limb in covered
            if end.liner and not is_cloth:
                stumps.pull_on_liner(texture, limb, end.extent - (stumps.OPEN_END if end.is_open else end.liner), rng)
            stumps.close(texture, limb, end.extent, is_cloth or end.liner > 0, rng)
            offset = stumps.thin_out(offset, limb, end.extent)
        if canvas.is_texture:
            return Look(texture=texture, offset=offset)
        return Look(color=texture[:, 0].astype(np.float32) / 255, offset=offset)

    def canvas_of(self, surface: Surface) -> Canvas:
        """What a body's layers are painted on."""
        return self._of(surface).canvas

    @property
    def cached_bytes(self) -> int:
        """What the painted layers take in memory."""
        return 0 if self._library is None else self._library.size

    def facts(self) -> dict:
        """For the dataset card."""
        return dict(source='procedural skin, hair and clothes; masks of lips, nails and ears from MakeHuman',
                    licence='CC0 1.0', bare_torso=self.bare_torso, barefoot=self.barefoot, patterned=self.patterned,
                    headwear=self.headwear, glasses=self.glasses, pinned=self.pinned, liner=self.liner, texture=self._size)

    # ------------------------------------------------------------------ parts

    def _of(self, surface: Surface) -> Library:
        """The library of a body; the last one is kept."""
        if self._library is None or self._library.canvas.surface is not surface:
            canvas = Canvas(surface, self._size, self._seed)
            self._library, self._limbs = Library(canvas, self._seed, self.patterned, self._variants), {}
        return self._library

    def _limb(self, limb: int) -> stumps.Limb:
        if limb not in self._limbs:
            self._limbs[limb] = stumps.find_limb(self._library.canvas, limb)
        return self._limbs[limb]

    def _end(self, rng: np.random.Generator, limb: int, extent: float) -> '_End':
        is_open, has_liner, long = rng.random() >= self.pinned, rng.random() < self.liner, rng.uniform(.2, .5)
        return _End(limb, extent, is_open and extent > _SHORTEST, long if has_liner and extent > _SHORTEST else 0.)

    def _paints(self, rng: np.random.Generator, subject: Subject, library: Library) -> Iterator[_Paint]:
        """Coloured layers of a person, from the skin outwards."""
        group, age, is_male = subject.group, subject.age, subject.gender == 'male'

        def variant() -> int:
            return int(rng.integers(library.variants))
        grooming = groom(rng, subject.gender, group, age, self.headwear)
        hair = palette.hair(rng, group, age, .1 if is_male else .45)
        strands = np.stack([hair, np.minimum(hair * 1.35 + 12, 255), hair])
        hairy = float(is_male and rng.random() < .7)
        freckled = float(group == 'White' and rng.random() < .25)
        yield _Paint(library.get('skin', variant(), freckled, hairy), draw_tone(rng, group).colors())
        narrow = {'Asian': 1., 'SoutheastAsian': .5}.get(group, 0.)
        old = round(2 * min(max((age - 38) / 34, 0), 1)) / 2
        brows = hair if age > 60 else np.minimum(hair, 90) * .8
        yield _Paint(library.get('face', variant(), not is_male, narrow, old),
                     np.stack([np.array(_WHITE_OF_EYES), draw_iris(rng, group), brows]))
        if not is_male and rng.random() < .35:
            lips = palette.one_of(rng, ((150, 52, 58), (178, 84, 84), (128, 56, 62), (190, 104, 98)))
            yield _Paint(library.get('lipstick', 0), np.stack([lips] * 3))
        if grooming.beard != 'none':
            yield _Paint(library.get('beard', variant(), grooming.beard), strands)
        for garment in wardrobe.dress(rng, subject.gender, group, self.bare_torso, self.barefoot):
            yield _Paint(library.get(garment.room, variant(), garment.kind), garment.colors, garment.room)
        if grooming.hair != 'bald':
            yield _Paint(library.get('hair', variant(), grooming.hair, grooming.receding), strands)
        if grooming.headwear is not None:
            cloth = palette.cloth(rng)
            yield _Paint(library.get('headwear', variant(), grooming.headwear),
                         np.stack([cloth, palette.companion(rng, cloth), palette.companion(rng, cloth)]))
        if rng.random() < self.glasses:
            frame = palette.one_of(rng, ((24, 24, 26), (60, 42, 32), (120, 104, 84), (150, 150, 152)))
            dark = bool(rng.random() < .25)
            yield _Paint(library.get('glasses', variant(), dark), np.stack([frame, np.full(3, 34.), frame]))


class _End(NamedTuple):
    """How a lost limb ends: ``is_open``: sleeves and trouser legs end before it; ``liner``: segments in a liner, 0 none."""
    limb: int
    extent: float
    is_open: bool
    liner: float

    def is_under(self, paint: _Paint) -> bool:
        """Whether the end is under this piece of clothing."""
        reach = paint.entry.sleeve if self.limb < 2 else paint.entry.leg
        return bool(paint.room) and reach > self.extent - stumps.OPEN_END

    def trim(self, paint: _Paint) -> Optional[float]:
        """Where (segments) this piece has to end on the limb, None where it may stay as it is."""
        if self.limb < 2 or paint.room not in ('socks', 'footwear'):
            return self.extent - stumps.OPEN_END if self.is_open and self.is_under(paint) else None
        needs = 2.2 if paint.room == 'footwear' else 1.8         # a shoe needs half a foot, a sock an ankle
        return -9. if self.extent < needs else None
