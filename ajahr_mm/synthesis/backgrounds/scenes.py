"""ProceduralScenes: places that are drawn from a seed and kept, so that each picture only cuts one out."""
import zlib
from collections import OrderedDict
from typing import Callable, Dict, Optional, Tuple

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.backgrounds.recolor import recolor
from ajahr_mm.synthesis.backgrounds.scenery import (beaches, corridors, halls, parks, rooms, streets, studio, therapy,
                                                    tracks, yards)
from ajahr_mm.synthesis.backgrounds.scenery.scene import Scene
from ajahr_mm.synthesis.records import Background, Light, Place

#: Kind of place -> its painter: ``(rng, size, photographs) -> Scene``.
KINDS: Dict[str, Callable] = dict(
    room=rooms.room, corridor=corridors.corridor, hall=halls.hall, therapy=therapy.therapy, street=streets.street,
    park=parks.park, track=tracks.track, beach=beaches.beach, yard=yards.yard, plain=studio.plain)
SHARES = dict(room=.24, corridor=.1, hall=.08, therapy=.1, street=.12, park=.11, track=.06, beach=.05, yard=.1, plain=.04)
#: Scenes are drawn so much larger than the pictures that are cut out of them.
_LARGER = 1.25


@SYNTHESIS.register_module()
class ProceduralScenes:
    """Rooms, corridors, halls, streets, parks and the like, in perspective, with their light and horizon.

    Scene k of a split depends on (seed, split, k) alone and is drawn when it is first wanted. A picture is a piece of a
    scene, mirrored half the time, with other colours and focus. Splits have scenes of their own.

    Args:
        shares: kind -> weight, see ``KINDS``.
        photographs: a part, or its config, whose ``images(split)`` lends the ground of yards, of its own split only.
        scenes: how many there are for each split.
        seed: of the scenes, not of the pictures.
        cache_mb: drawn scenes to keep in memory.

    Raises:
        UserError: an unknown kind, shares that are not weights, or no scenes.
    """

    def __init__(self, shares: Optional[Dict[str, float]] = None, photographs=None, scenes: int = 120, seed: int = 0,
                 cache_mb: int = 110):
        self.shares = dict(shares or SHARES)
        if set(self.shares) - set(KINDS) or min(self.shares.values()) < 0 or sum(self.shares.values()) <= 0 or scenes < 1:
            raise UserError(f'ProceduralScenes has the shares {self.shares} and {scenes} scenes; give non-negative weights '
                            f'of {", ".join(KINDS)}, and at least one scene')
        self.photographs = SYNTHESIS.build(photographs) if isinstance(photographs, dict) else photographs
        self.scenes, self.seed = scenes, seed
        self.skipped: Dict[str, str] = {}
        self._max_bytes, self._bytes = cache_mb * 2 ** 20, 0
        self._kept: 'OrderedDict[tuple, Tuple[str, Scene]]' = OrderedDict()

    def scene(self, split: str, number: int, size: int) -> Tuple[str, Scene]:
        """Kind and scene of a number, ``size`` px."""
        key = (split, number, size)
        if key not in self._kept:
            rng = np.random.default_rng([self.seed, zlib.crc32(split.encode()), number])
            weights = np.array(list(self.shares.values()), np.float64)
            kind = list(self.shares)[rng.choice(len(weights), p=weights / weights.sum())]
            photos = list(self.photographs.images(split).values()) if self.photographs is not None else ()
            self._kept[key] = kind, KINDS[kind](rng, size, photos)
            self._bytes += self._kept[key][1].image.nbytes
            while self._bytes > self._max_bytes and len(self._kept) > 1:
                self._bytes -= self._kept.popitem(last=False)[1][1].image.nbytes
        self._kept.move_to_end(key)
        return self._kept[key]

    def sample(self, rng: np.random.Generator, split: str, size: int, place: Optional[Place] = None) -> Background:
        """A piece of a scene; ``place`` is not used."""
        import cv2
        number = int(rng.integers(self.scenes))
        whole = int(size * _LARGER)
        kind, scene = self.scene(split, number, whole)
        side = int(rng.integers(int(whole * .8), whole + 1))
        x, y = (int(v) for v in rng.integers(0, whole - side + 1, 2))
        image = cv2.resize(scene.image[y:y + side, x:x + side], (size, size), interpolation=cv2.INTER_LINEAR)
        blur = rng.choice((0., .6, 1.1, 2.), p=(.3, .3, .25, .15)) * size / 256
        if blur:
            image = cv2.GaussianBlur(image, (0, 0), blur)
        image, balance = recolor(image, rng)
        light, horizon = scene.light, (scene.horizon * whole - y) / side
        direction = np.array(light.direction)
        if rng.random() < .5:
            image, direction[0] = cv2.flip(image, 1), -direction[0]
        colors = ((np.asarray(color) * balance).astype(np.float32) for color in (light.sun, light.sky, light.ground))
        name = f'procedural/{split}/{kind}-{number:03d}'
        return Background(image, name, Light(direction, *colors, light.softness), horizon)

    def sources(self, split: str) -> Dict[str, str]:
        """What the scenes of a split are made from -> licence."""
        lent = self.photographs.sources(split) if self.photographs is not None else {}
        return {f'procedural/{split}: {self.scenes} scenes': 'drawn by this package', **lent}

    def facts(self) -> dict:
        """What the dataset card says of this part."""
        return dict(scenes_per_split=self.scenes, seed=self.seed, shares=self.shares,
                    limits=['drawn backgrounds: plain surfaces, furniture made of boxes'])
