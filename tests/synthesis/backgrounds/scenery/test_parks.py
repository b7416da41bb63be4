import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery.parks import park


def test_a_park_is_green_below_and_sky_above():
    green = sky = 0
    for seed in range(10):
        scene = park(np.random.default_rng(seed), 128, ())
        line = int(scene.horizon * 128)
        parts = scene.image[line + 10:], scene.image[:line // 3]
        lower, upper = (part.reshape(-1, 3).astype(float).mean(0) for part in parts)
        green += lower[1] > lower[2] + 15
        sky += upper[2] >= upper[0] - 6
    assert green == 10 and sky >= 8
