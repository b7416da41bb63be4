import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery.beaches import beach


def test_the_sea_lies_between_sand_and_sky():
    for seed in range(8):
        scene = beach(np.random.default_rng(seed), 160, ())
        line = int(np.ceil(scene.horizon * 160))
        parts = scene.image[line + 3:line + 7], scene.image[-25:]
        sea, sand = (part.reshape(-1, 3).astype(float).mean(0) for part in parts)
        assert sea[2] > sea[0] + 5 and sand[0] > sand[2] + 10
