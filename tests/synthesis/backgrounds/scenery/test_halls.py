import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery.halls import hall


def test_a_hall_is_wide_with_lines_on_the_floor():
    colored = 0
    for seed in range(8):
        scene = hall(np.random.default_rng(seed), 160, ())
        floor = scene.image[int(scene.horizon * 160) + 12:].reshape(-1, 3).astype(int)
        strong = (floor.max(1) - floor.min(1) > 105) | (floor.min(1) > 205)
        colored += .002 < strong.mean() < .5
        assert scene.light.softness > .5 and scene.image.std() > 15
    assert colored >= 5
