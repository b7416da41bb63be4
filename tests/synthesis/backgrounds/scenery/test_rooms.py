import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery.rooms import room


def test_floor_walls_and_ceiling_fill_the_picture():
    for seed in range(8):
        scene = room(np.random.default_rng(seed), 160, ())
        assert scene.image.shape == (160, 160, 3) and (scene.image.max(-1) > 12).all()
        floor, wall = scene.image[-12:].astype(float), scene.image[int(scene.horizon * 160) - 20:int(scene.horizon * 160)]
        assert abs(floor.mean((0, 1)) - wall.mean((0, 1))).max() > 5


def test_rooms_with_a_window_are_lit_from_it_and_the_others_from_above():
    lights = [room(np.random.default_rng(seed), 48, ()).light for seed in range(30)]
    above = np.array([light.direction[1] < -.8 for light in lights])
    assert 2 < above.sum() < 20 and all(light.direction[1] < 0 for light in lights)
