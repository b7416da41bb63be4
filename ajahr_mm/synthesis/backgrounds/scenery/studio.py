"""Photo studios: a roll of paper that bends from the wall onto the floor."""
from typing import Sequence

import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery import materials
from ajahr_mm.synthesis.backgrounds.scenery.scene import Scene
from ajahr_mm.synthesis.records import Light

_PAPERS = ((236, 234, 230), (206, 204, 200), (150, 150, 150), (92, 92, 96), (176, 166, 150), (138, 152, 164),
           (182, 150, 130), (120, 130, 112))


def plain(rng: np.random.Generator, size: int, photos: Sequence[np.ndarray]) -> Scene:
    """Seamless paper, brighter where the lamp points, a little darker on the floor and in the corners."""
    import cv2
    tone, horizon = materials.pick(rng, _PAPERS), rng.uniform(.34, .48)
    y, x = (np.arange(size, dtype=np.float32) + .5)[:, None] / size, (np.arange(size, dtype=np.float32) + .5)[None] / size
    spot = rng.uniform(.2, .8), rng.uniform(.1, .5)
    field = 1.06 - rng.uniform(.15, .5) * np.hypot(x - spot[0], y - spot[1]) ** 1.5
    below = y - rng.uniform(.62, .78)
    field = field * (1 - rng.uniform(.02, .14) * np.exp(-(below / .09) ** 2)) * (1 + .08 * np.clip(below * 6, 0, 1))
    crumpled = cv2.resize(np.ascontiguousarray(materials.rough(rng, 96, 96)), (size, size), interpolation=cv2.INTER_CUBIC)
    image = materials.tinted(tone, field * (1 + rng.uniform(.002, .015) * crumpled))
    side = 2 * spot[0] - 1
    toward = np.float32([side, -rng.uniform(.5, 1.), -rng.uniform(.3, 1.)])
    white = np.float32([1., 1., rng.uniform(.95, 1.03)])
    light = Light(toward / np.linalg.norm(toward), .5 * white, .45 * white, .35 * tone / 255, .6)
    return Scene(image, float(horizon), light)
