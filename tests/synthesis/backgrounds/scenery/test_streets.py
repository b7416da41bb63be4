import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery.streets import street


def test_houses_line_the_street_and_the_pavement_is_grey():
    for seed in range(6):
        scene = street(np.random.default_rng(seed), 160, ())
        line = int(scene.horizon * 160)
        ground = scene.image[-30:].reshape(-1, 3).astype(int)
        assert np.median(ground.max(1) - ground.min(1)) < 60
        assert scene.image[max(line - 40, 0):line].astype(float).std() > 20
