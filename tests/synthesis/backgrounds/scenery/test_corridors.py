import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery.corridors import corridor


def test_a_corridor_has_lamps_above_and_runs_to_a_far_end():
    for seed in range(6):
        scene = corridor(np.random.default_rng(seed), 200, ())
        line = int(scene.horizon * 200)
        assert (scene.image[:line] > 238).all(-1).sum() > 30, 'lamps on the ceiling'
        assert not (scene.image[line + 60:] > 238).all(-1).any() and scene.light.direction[1] < -.8
        edges = abs(np.diff(scene.image.astype(int).mean(-1), axis=1))
        assert edges[line - 10:line + 10].mean() > 1.5 * edges[-30:].mean(), 'doors crowd together far away'
