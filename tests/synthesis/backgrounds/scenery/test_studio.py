import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery.studio import plain


def test_paper_has_no_edges_and_is_brighter_towards_the_lamp():
    for seed in range(12):
        scene = plain(np.random.default_rng(seed), 128, ())
        image = scene.image.astype(int)
        assert abs(np.diff(image, axis=0)).max() < 14 and abs(np.diff(image, axis=1)).max() < 14
        columns = image.mean((0, 2))
        if abs(scene.light.direction[0]) > .2:
            assert (columns[64:].mean() > columns[:64].mean()) == (scene.light.direction[0] > 0)
