"""The light of a picture: that of its background where it is known, else a sky or a room drawn at random."""
from typing import Callable, Dict, Optional

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.records import Background, Light

#: Brightness of red, green, blue to the eye (Rec. 709).
LUMINANCE = np.array([.2126, .7152, .0722])
#: A white surface that faces lamp and sky receives about this much: a camera exposes for it.
EXPOSED = 1.05


def hard_sun(rng: np.random.Generator) -> Light:
    """A clear day."""
    return _lit(rng, elevation=rng.uniform(25, 70), warmth=rng.normal(.04, .02), cold=rng.uniform(.1, .3),
                ratio=rng.uniform(.62, .8), bounce=rng.uniform(.25, .55), softness=rng.uniform(.05, .2))


def evening(rng: np.random.Generator) -> Light:
    """A low sun, orange, under a blue sky."""
    return _lit(rng, elevation=rng.uniform(6, 22), warmth=rng.uniform(.15, .35), cold=rng.uniform(.1, .3),
                ratio=rng.uniform(.55, .75), bounce=rng.uniform(.2, .5), softness=rng.uniform(.1, .3))


def overcast(rng: np.random.Generator) -> Light:
    """Clouds or shade: nearly all light comes from the whole sky."""
    return _lit(rng, elevation=rng.uniform(40, 80), warmth=rng.normal(0, .02), cold=rng.uniform(0, .12),
                ratio=rng.uniform(.05, .25), bounce=rng.uniform(.3, .6), softness=rng.uniform(.75, .98))


def lamps(rng: np.random.Generator) -> Light:
    """A room lit from its ceiling."""
    return _lit(rng, elevation=rng.uniform(45, 85), warmth=rng.uniform(-.02, .14), cold=rng.uniform(-.08, .02),
                ratio=rng.uniform(.25, .5), bounce=rng.uniform(.45, .75), softness=rng.uniform(.4, .75))


def window(rng: np.random.Generator) -> Light:
    """A room lit from one side."""
    return _lit(rng, elevation=rng.uniform(8, 35), warmth=rng.normal(0, .03), cold=rng.uniform(-.06, .06),
                ratio=rng.uniform(.4, .68), bounce=rng.uniform(.5, .8), softness=rng.uniform(.4, .7),
                azimuth=rng.choice((-1, 1)) * rng.uniform(40, 120))


def _lit(rng: np.random.Generator, elevation: float, warmth: float, cold: float, ratio: float, bounce: float,
         softness: float, azimuth: Optional[float] = None) -> Light:
    """A lamp ``elevation`` degrees above the horizon whose share of the light is ``ratio``; ``warmth`` and ``cold`` tint
    lamp and sky; ``bounce`` is what the ground throws back of the light that comes from above. ``azimuth``: 0 is behind
    the camera, 180 behind the person."""
    azimuth = rng.normal() * 65 if azimuth is None else azimuth
    height, turn = np.deg2rad(elevation), np.deg2rad(azimuth)
    direction = np.array([np.sin(turn) * np.cos(height), -np.sin(height), -np.cos(turn) * np.cos(height)])
    level = EXPOSED * np.exp(rng.normal() * .12)
    sun = level * ratio * np.array([1 + warmth, 1, 1 - 1.4 * warmth])
    sky = level * (1 - ratio) * np.array([1 - cold, 1, 1 + 1.2 * cold])
    earth = np.array([1.06, 1, .9]) * (1 + rng.normal(size=3) * .05)
    ground = bounce * earth * (sky * .7 + sun * np.sin(height) * .5)
    return Light(direction.astype(np.float32), *(np.clip(c, .01, None).astype(np.float32) for c in (sun, sky, ground)),
                 float(softness))


def in_colors_of(image: np.ndarray, light: Light, strength: float = .4) -> Light:
    """The light as a picture (H,W,3) uint8 suggests it.

    The sky takes on the tint of its upper third, the ground that of its lower third; the lamp is on the brighter side.
    """
    few = image[4::8, 4::8].astype(np.float32)
    third, half = max(len(few) // 3, 1), max(few.shape[1] // 2, 1)
    sky, ground = light.sky * _tint(few[:third]) ** strength, light.ground * _tint(few[-third:]) ** strength
    left, right = (float(part.mean()) for part in (few[:, :half], few[:, half:]))
    direction = light.direction
    if abs(right - left) > .12 * (right + left) and (right > left) != (direction[0] > 0):
        direction = direction * np.float32([-1, 1, 1])
    return light._replace(direction=direction, sky=sky.astype(np.float32), ground=ground.astype(np.float32))


def _tint(pixels: np.ndarray) -> np.ndarray:
    """(3,) mean colour over mean brightness of pixels (h,w,3), 1 for grey."""
    mean = pixels.reshape(-1, 3).mean(0) + 8
    return np.clip(mean / mean.mean(), .5, 1.6)


KINDS: Dict[str, Callable[[np.random.Generator], Light]] = dict(
    hard_sun=hard_sun, evening=evening, overcast=overcast, lamps=lamps, window=window)


@SYNTHESIS.register_module()
class RandomLight:
    """The background's own light, a little off; where it is not known, one of some kinds in the background's colours.

    Args:
        shares: kind -> weight, of backgrounds whose light is not known: hard_sun, evening, overcast, lamps, window.
        jitter: how far a known light is moved: degrees of its direction; its colours vary by a hundredth of that.
        tint: share of a known light's tints that the camera's white balance leaves.
    """

    def __init__(self, shares: Optional[Dict[str, float]] = None, jitter: float = 6., tint: float = .6):
        self.shares = dict(shares or dict(hard_sun=.24, evening=.08, overcast=.26, lamps=.24, window=.18))
        unknown = set(self.shares) - set(KINDS)
        if unknown or min(self.shares.values()) < 0 or sum(self.shares.values()) <= 0:
            raise UserError(f'the shares of RandomLight are non-negative weights of {", ".join(KINDS)}, got {self.shares}; '
                            f'correct the synthesis config')
        self.jitter, self.tint = jitter, tint

    def sample(self, rng: np.random.Generator, background: Background) -> Light:
        """Light of one picture, in camera axes."""
        if background.light is not None:
            return self._near(rng, background.light)
        names, weights = list(self.shares), np.array(list(self.shares.values()), np.float64)
        light = KINDS[names[rng.choice(len(names), p=weights / weights.sum())]](rng)
        return in_colors_of(background.image, light)

    def _near(self, rng: np.random.Generator, light: Light) -> Light:
        direction = np.asarray(light.direction) + rng.normal(size=3) * np.deg2rad(self.jitter) / np.sqrt(2)
        direction = (direction / np.linalg.norm(direction)).astype(np.float32)
        colors = []
        for color in (light.sun, light.sky, light.ground):
            grey = max(float(LUMINANCE @ color), 1e-3)
            balanced = grey * np.maximum(np.asarray(color) / grey, .05) ** self.tint
            colors.append((balanced * np.exp(rng.normal() * self.jitter / 100)).astype(np.float32))
        return Light(direction, *colors, float(light.softness))

    def facts(self) -> dict:
        """For the dataset card."""
        return dict(kinds=self.shares, note='backgrounds that know their light lend it to the person')
