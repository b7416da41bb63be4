import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery.therapy import therapy


def test_a_therapy_room_is_pale_and_furnished():
    scenes = [therapy(np.random.default_rng(seed), 160, ()) for seed in range(8)]
    for scene in scenes:
        upper = scene.image[:int(scene.horizon * 160)].astype(float)
        assert upper.mean() > 140 and scene.image.std() > 12
    assert len({scene.image.tobytes() for scene in scenes}) == 8
