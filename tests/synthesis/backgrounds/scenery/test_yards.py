import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery.yards import yard

STRIPES = np.tile(np.uint8([[[20], [230]]]), (64, 32, 3))


def test_something_stands_close_behind():
    for seed in range(10):
        scene = yard(np.random.default_rng(seed), 160, ())
        line, image = int(scene.horizon * 160), scene.image.astype(float)
        behind, ground = image[line - 6:line + 20].reshape(-1, 3).mean(0), image[-20:].reshape(-1, 3).mean(0)
        sky_blue = behind[2] > behind[0] + 60
        assert not sky_blue and abs(behind - ground).max() > 3


def test_the_ground_takes_photographs():
    differ = [not np.array_equal(*(yard(np.random.default_rng(seed), 32, photos).image for photos in ((), [STRIPES])))
              for seed in range(14)]
    assert 0 < sum(differ) < 12
