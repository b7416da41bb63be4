"""Day: sun, clouds and their light; and the sky as the camera sees it."""
from typing import NamedTuple

import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery import materials
from ajahr_mm.synthesis.backgrounds.scenery.stage import Stage
from ajahr_mm.synthesis.records import Light


class Day(NamedTuple):
    """Weather and hour. Colours are factors on the colour of a surface."""
    sun: np.ndarray          # (3,) unit vector towards the sun, in the world (y up)
    tint: np.ndarray         # (3,) of the whole picture
    clouds: float            # 0 clear ... 1 overcast
    warmth: float            # 0 noon ... 1 evening

    @classmethod
    def draw(cls, rng: np.random.Generator, cloudy: float = .3) -> 'Day':
        """A random day, overcast with the chance ``cloudy``."""
        clouds = rng.uniform(.75, 1.) if rng.random() < cloudy else rng.uniform(0, .55)
        warmth = max(0., rng.normal() * .3) if clouds < .7 else 0.
        height, turn = np.deg2rad(rng.uniform(28, 65) * (1 - .6 * min(warmth, 1))), rng.uniform(0, 2 * np.pi)
        sun = np.array([np.sin(turn) * np.cos(height), np.sin(height), np.cos(turn) * np.cos(height)])
        tint = np.float32([1 + .1 * warmth, 1., 1 - .14 * warmth]) * rng.uniform(.9, 1.08)
        return cls(sun, tint, clouds, min(warmth, 1.))

    @property
    def softness(self) -> float:
        """Of shadows, 0 hard ... 1 none."""
        return float(np.clip(.1 + self.clouds ** 2 * .85, 0, .97))

    @property
    def side(self) -> int:
        """-1 when the sun stands on the left, 1 on the right, 0 before or behind or in the clouds."""
        return int(np.rint(self.sun[0] * (1 - self.softness) * 1.2))

    def on(self, texture: np.ndarray, facing: float = 0., tint=1.) -> np.ndarray:
        """Texture in this light, times a ``tint``; ``facing`` -1..1 is how much its surface faces the sun, 0 lies flat."""
        import cv2
        level = (1 - .06 * self.clouds) * (1 + .22 * facing * (1 - self.softness))
        return cv2.multiply(texture, (*(float(v) * level for v in self.tint * tint), 0.), dtype=cv2.CV_8U)

    def light(self, stage: Stage) -> Light:
        """For a person who stands there."""
        share = .72 * (1 - self.clouds) + .12
        sun = np.float32([1 + .12 * self.warmth, 1., 1 - .22 * self.warmth]) * share
        sky = np.float32([.92, 1., 1.1]) * (1 - share)
        return Light(stage.direction(self.sun), sun, sky, np.float32([1.04, 1., .88]) * (.18 + .2 * share), self.softness)


def paint_sky(rng: np.random.Generator, stage: Stage, day: Day) -> None:
    """Fills the canvas of a stage with the sky down to the horizon."""
    import cv2
    size, line = stage.size, int(stage.horizon * stage.size) + 2
    blue, haze = np.float32([92, 138, 196]), np.float32([206, 220, 232])
    grey = np.float32([196, 200, 206]) * rng.uniform(.86, 1.08)
    evening = np.float32([238, 206, 170])
    up = np.linspace(1, 0, line, dtype=np.float32)[:, None, None]
    low = haze + day.warmth * (evening - haze)
    sky = low + np.sqrt(up) * rng.uniform(.6, 1.) * (blue - low)
    sky = sky + day.clouds ** 2 * (grey - .06 * grey * up - sky)
    distance = stage.focal / np.maximum(line + 6 - np.arange(line), 1)                  # clouds lie on a ceiling
    x = np.float32((np.arange(size) - size / 2)[None] * (distance / stage.focal)[:, None] * 70)
    y = np.broadcast_to((distance * 60)[:, None], x.shape).astype(np.float32)
    sheet = materials.rough(rng, 256, 256) + materials.rough(rng, 256, 256).T + materials.rough(rng, 256, 256)[::-1]
    sheet = cv2.GaussianBlur(sheet / 1.7, (0, 0), 1.5)
    field = cv2.remap(sheet, x % 256, y % 256, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    cover = np.clip((field - 1.3 + 1.8 * min(day.clouds, .6)) * .8, 0, .92 - .5 * day.clouds ** 2)
    cover = cover * np.clip(up[..., 0] * 5, 0, 1)
    under = np.float32([248, 248, 250]) * (1 - .25 * day.clouds * np.clip(field, 0, 1.5)[..., None])
    sky = sky + cover[..., None] * (under - sky)
    stage.canvas[:line] = np.clip(sky, 0, 255)
    stage.canvas[line:] = np.clip(low, 0, 255)
