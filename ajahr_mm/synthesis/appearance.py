"""How a person looks: skin and hair by appearance group, procedural clothes, all as one colour a vertex."""
from typing import Callable, Dict, Tuple

import numpy as np

from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.subjects import Subject
from ajahr_mm.synthesis.surface import Surface
from ajahr_mm.synthesis.textures import color

#: lightest and darkest skin (RGB 0..255) of each group; tones between the two are drawn evenly. The spans overlap on purpose.
SKIN: Dict[str, Tuple[Tuple[int, int, int], Tuple[int, int, int]]] = {
    'African': ((141, 97, 68), (58, 38, 30)), 'Asian': ((240, 208, 178), (196, 150, 112)),
    'Indian': ((198, 150, 110), (104, 70, 48)), 'Hispanic': ((224, 180, 146), (146, 100, 70)),
    'MiddleEastern': ((226, 186, 154), (156, 112, 82)), 'SoutheastAsian': ((212, 168, 128), (138, 96, 66)),
    'White': ((250, 220, 200), (214, 172, 146))}
_DARK_HAIR = ((18, 14, 14), (34, 24, 20), (56, 38, 28))
_LIGHT_HAIR = ((96, 66, 40), (150, 110, 66), (206, 172, 112), (140, 70, 38))
_GREY_HAIR = ((150, 148, 146), (214, 212, 208))


@SYNTHESIS.register_module()
class ProceduralAppearance:
    """Draws skin, hair and clothes.

    Args:
        bare_torso: share of people without a shirt; barefoot: without shoes; patterned: clothes that are not plain.
    """

    def __init__(self, bare_torso: float = .06, barefoot: float = .2, patterned: float = .5):
        self.bare_torso, self.barefoot, self.patterned = bare_torso, barefoot, patterned

    def sample(self, rng: np.random.Generator, subject: Subject, surface: Surface) -> np.ndarray:
        """Vertex colours (V,3) float32 in 0..1."""
        lightest, darkest = (np.array(tone, np.float32) for tone in SKIN[subject.group])
        skin = (lightest + rng.random() * (darkest - lightest)) * rng.uniform(.94, 1.06, size=3).astype(np.float32)
        paint = np.tile(skin, (len(surface.rest), 1))
        self._face(rng, paint, surface, skin, subject)
        self._clothes(rng, paint, surface, subject)
        return np.clip(paint / 255, 0, 1).astype(np.float32)

    def _face(self, rng, paint, surface: Surface, skin, subject: Subject) -> None:
        nose, left_eye, right_eye = (surface.keypoint(name) for name in ('nose', 'left_eye', 'right_eye'))
        ears = (surface.keypoint('left_ear') + surface.keypoint('right_ear')) / 2
        eyes = (left_eye + right_eye) / 2
        head = surface.is_part('head', 'neck')
        y, z = surface.rest[:, 1], surface.rest[:, 2]
        pool = _DARK_HAIR
        if subject.group == 'White' or rng.random() < .06:
            pool = _DARK_HAIR + _LIGHT_HAIR + _LIGHT_HAIR
        if rng.random() < .12:
            pool = _GREY_HAIR
        hair = np.array(pool[rng.integers(len(pool))], np.float32) * rng.uniform(.8, 1.25)
        for eye in (left_eye, right_eye):
            paint[surface.near(eye + [0, .022, 0], .012)] = .5 * hair + .3 * skin      # brow
            paint[surface.near(eye, .013)] = (236, 232, 228)
            paint[surface.near(eye, .007)] = (40, 30, 26)
        mouth = nose + (nose - eyes) * [0, .95, 0] + [0, 0, -.01]
        paint[surface.near(mouth, .018)] = skin * (.82, .58, .58)
        style = rng.choice(('bald', 'short', 'bob', 'long'),
                           p=(.10, .68, .14, .08) if subject.gender == 'male' else (.02, .2, .38, .4))
        crown = head & (y > eyes[1] + .048) & (z < nose[2] - .022)
        back = head & (z < ears[2] - .005) & (y > ears[1] + {'short': -.025, 'bob': -.07, 'long': -.3}.get(style, 9))
        if style != 'bald':
            paint[crown | back] = hair
        if style == 'long':
            shoulder = surface.is_part('spine3', 'left_collar', 'right_collar')
            paint[shoulder & (z < ears[2] - .06) & (y > ears[1] - .28) & (abs(surface.rest[:, 0]) < .1)] = hair
        if subject.gender == 'male' and rng.random() < .35:
            beard = head & (y < mouth[1] + .008) & (y > mouth[1] - .07) & (z > ears[2] + .015)
            paint[beard & ~surface.near(mouth, .016)] = hair * rng.uniform(.8, 1.) + skin * rng.uniform(0, .25)

    def _clothes(self, rng, paint, surface: Surface, subject: Subject) -> None:
        y, arm, leg = surface.rest[:, 1], surface.limb // 2 == 0, surface.limb // 2 == 1
        hips, chest = surface.joints[1:3, 1].mean(), surface.joints[9, 1]
        waist = hips + rng.uniform(.06, .14)
        trunk = surface.is_part('pelvis', 'spine1', 'spine2', 'spine3', 'left_collar', 'right_collar')
        trousers_end = rng.choice((.12, .45, .8, 1.5, 1.94), p=(.06, .22, .12, .1, .5)) + rng.uniform(-.05, .05)
        trousers = (trunk & (y <= waist)) | (leg & (surface.along <= trousers_end))
        one_piece = rng.random() < .08
        fabric = self._fabric(rng)
        paint[trousers] = fabric(surface.rest[trousers])
        if one_piece or rng.random() >= self.bare_torso or subject.gender == 'female':
            sleeves = rng.choice((-.1, .35, .55, 1.4, 1.93), p=(.16, .2, .24, .08, .32)) + rng.uniform(-.05, .05)
            hem = waist - rng.uniform(-.01, .16)
            shirt = (trunk & (y > hem)) | (arm & (surface.along <= sleeves)) | (leg & (y > hem) & (surface.along < .5))
            neckline = surface.joints[12] + [0, .02 - rng.uniform(0, .06), .06]
            shirt &= ~surface.near(neckline, rng.uniform(.03, .09))
            if rng.random() < .12:
                shirt |= surface.is_part('neck')
            fabric = fabric if one_piece else self._fabric(rng)
            paint[shirt] = fabric(surface.rest[shirt])
            if rng.random() < .15:                                               # print on the chest
                badge = surface.near([rng.normal() * .03, chest + .05, surface.rest[:, 2].max() * .5], rng.uniform(.05, .1))
                paint[badge & shirt & (surface.rest[:, 2] > 0)] = color(rng, (0, 1), (.1, 1))
        feet = leg & (surface.along >= 1.95)
        if rng.random() >= self.barefoot:
            shoe = color(rng, (0, .7), (.05, .95))
            paint[feet] = shoe
            sole = feet & (y < surface.joints[10:12, 1].mean() - .012)
            paint[sole] = shoe * .4 if rng.random() < .5 else (225, 225, 222)
            if rng.random() < .4:                                                # socks
                paint[leg & (surface.along >= rng.uniform(1.6, 1.85)) & (surface.along < 1.95)] = color(rng, (0, .4), (.1, 1))

    def _fabric(self, rng) -> Callable[[np.ndarray], np.ndarray]:
        """Colour of cloth by rest position: positions (N,3) metres -> RGB (N,3) 0..255."""
        first, second = color(rng, (0, .85), (.08, .98)), color(rng, (0, .85), (.08, .98))
        kind = rng.choice(('rings', 'lines', 'checks', 'camouflage', 'dots')) if rng.random() < self.patterned else 'plain'
        period, phase = rng.uniform(.05, .14), rng.uniform(0, 6.3, size=3)
        waves = rng.normal(size=(3, 3)) * rng.uniform(12, 30)

        def paint(at: np.ndarray) -> np.ndarray:
            ring, line = (np.sin(2 * np.pi * at[:, axis] / period + phase[axis]) for axis in (1, 0))
            field = {'plain': np.zeros(len(at)), 'rings': ring > 0, 'lines': line > 0,
                     'checks': (ring > 0) * .5 + (line > 0) * .5, 'dots': ring * line > .45,
                     'camouflage': np.sin(at @ waves + phase).sum(1) > 0}[kind][:, None]
            folds = 1 + .06 * np.sin(at @ waves[::-1] * .7).sum(1, keepdims=True) / 2
            return (first + (second - first) * field) * folds
        return paint


@SYNTHESIS.register_module()
class RandomLight:
    """One lamp, mostly from above and in front, plus ambient light, both slightly coloured."""

    def __init__(self, ambient=(.4, .68), diffuse=(.3, .8), tint: float = .06):
        self.ambient, self.diffuse, self.tint = ambient, diffuse, tint

    def sample(self, rng: np.random.Generator) -> np.ndarray:
        """(3,3) float32: direction towards the lamp (camera axes), ambient RGB, diffuse RGB."""
        direction = np.array([rng.normal() * .7, -abs(rng.normal()) * .6 - .15, -rng.uniform(.25, 1.)])
        ambient, diffuse = (rng.uniform(*span) * (1 + rng.normal(size=3) * self.tint) for span in (self.ambient, self.diffuse))
        return np.stack([direction / np.linalg.norm(direction), ambient, diffuse]).astype(np.float32)
