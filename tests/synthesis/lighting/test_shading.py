import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ajahr_mm.synthesis.lighting.shading import SunAndSky
from ajahr_mm.synthesis.lighting.sightlines import directions
from ajahr_mm.synthesis.records import Light

UP = np.float32([0, -1, 0])
NONE, WHITE = np.zeros(3, np.float32), np.ones(3, np.float32)


def light(direction=(0, 0, -1), sun=NONE, sky=NONE, ground=NONE, softness=.05):
    direction = np.float32(direction)
    return Light(direction / np.linalg.norm(direction), sun, sky, ground, softness)


def raw_light(bodies, surface, lights):
    """Light (B,V,3) without exposure and camera response: so weak that it is not rolled off."""
    part = SunAndSky(exposure=1., metering=0., contrast=1.)
    weak = [one._replace(sun=one.sun * .01, sky=one.sky * .01, ground=one.ground * .01) for one in lights]
    return part.shade(*bodies, weak, np.stack([UP] * len(lights)), surface) / .01


@pytest.mark.parametrize('direction', [(.7, -.5, -.5), (-.8, -.2, -.6), (.1, -.9, -.4)])
def test_lamp_shadows_agree_with_rays(bodies, surface, is_hidden, direction):
    lamp = light(direction, sun=WHITE)
    shaded = raw_light(bodies, surface, [lamp] * 3)[..., 1]
    few, found, expected = np.random.default_rng(0).choice(len(surface.rest), 1200, replace=False), [], []
    for vertices, normals, value in zip(*bodies, shaded):
        facing = few[normals[few] @ lamp.direction > .35]
        found.append(value[facing] < .5 * (normals[facing] @ lamp.direction))
        origins = vertices[facing] + .003 * normals[facing]
        expected.append([is_hidden(origins, lamp.direction, vertices, surface.faces, beyond) for beyond in (.004, .06)])
    found, (near, far) = np.concatenate(found), np.concatenate(expected, axis=1)
    assert .02 < far.mean() < .4
    assert (found == near).mean() > .9
    # fingers lie in shadows smaller than a cell of the map; those of an arm or a head are found
    assert found[far].mean() > .7 and found[~near].mean() < .07


def test_light_of_the_sky_agrees_with_rays(bodies, surface, is_hidden):
    """Skin that is hidden from much of the sky is darker than open skin that faces the same way."""
    shaded = raw_light(bodies, surface, [light(sky=WHITE)] * 3)[..., 2]
    few, rays = np.random.default_rng(1).choice(len(surface.rest), 160, replace=False), directions(32)
    rays = rays * [1, -1, 1]
    for vertices, normals, value in zip(*bodies, shaded):
        origins = vertices[few] + .003 * normals[few]
        free = np.stack([~is_hidden(origins, ray, vertices, surface.faces) for ray in rays])
        weight = np.maximum(rays @ normals[few].T, 0) * (1 - rays[:, 1:2]) / 2
        truth = (weight * free).sum(0) / weight.sum(0)
        above = (1 - normals[few, 1]) / 2
        known = above > .15
        ratio = value[few][known] / above[known]                      # 1 where nothing hides the sky
        assert np.corrcoef(ratio, truth[known])[0, 1] > .6
        assert np.abs(ratio - truth[known]).mean() < .16


def test_an_arm_before_the_chest_darkens_it(bodies, surface):
    shaded = raw_light(bodies, surface, [light((0, -.3, -1), sun=WHITE)] * 3)[..., 1]
    chest = surface.is_part('spine2', 'spine3') & (surface.rest[:, 2] > .08)
    assert shaded[1][chest].mean() < .85 * shaded[0][chest].mean()


def test_colours_go_their_own_ways(bodies, surface):
    red, green, blue = np.eye(3, dtype=np.float32)
    shaded = raw_light(bodies, surface, [light((0, -1, -1), sun=red, sky=green, ground=blue)] * 3)
    down, upwards = bodies[1][..., 1] > .8, bodies[1][..., 1] < -.8
    assert shaded[upwards][:, 1].mean() > 5 * shaded[upwards][:, 2].mean()
    assert shaded[down][:, 2].mean() > 5 * shaded[down][:, 1].mean()
    back = bodies[1][..., 2] > .8
    assert shaded[back][:, 0].mean() < .05 < .3 < shaded[~back & upwards][:, 0].mean()


def test_exposure_follows_the_person_and_light_never_leaves_its_range(bodies, surface):
    ups = np.stack([UP] * 3)
    for strength in (.05, .4, 6.):
        lamp = light((.4, -.6, -.7), *(strength * share * WHITE for share in (1, .6, .3)), softness=.4)
        fixed, metered = (SunAndSky(metering=m).shade(*bodies, [lamp] * 3, ups, surface) for m in (0., 1.))
        assert metered.dtype == np.float32 and 0 <= min(fixed.min(), metered.min()) and max(fixed.max(), metered.max()) <= 1
        if strength != .4:
            assert abs(metered.mean() - .6) < abs(fixed.mean() - .6)


def test_turning_the_whole_scene_changes_little(bodies, surface):
    lamp = light((.5, -.7, -.5), sun=WHITE * .6, sky=WHITE * .4, ground=WHITE * .2, softness=.3)
    turn = Rotation.from_euler('y', 77, degrees=True).as_matrix().astype(np.float32)
    part = SunAndSky(metering=0.)
    still = part.shade(*bodies, [lamp] * 3, np.stack([UP] * 3), surface)
    turned = part.shade(bodies[0] @ turn.T, bodies[1] @ turn.T, [lamp._replace(direction=turn @ lamp.direction)] * 3,
                        np.stack([UP] * 3), surface)
    assert np.abs(still - turned).mean() < .02


def test_bytes_do_not_depend_on_the_batch(bodies, surface):
    lamps = [light((x, -.6, -.5), sun=WHITE * .6, sky=WHITE * .4, ground=WHITE * .2) for x in (-.5, 0, .5)]
    together = SunAndSky().shade(*bodies, lamps, np.stack([UP] * 3), surface)
    for i in range(3):
        alone = SunAndSky().shade(bodies[0][i:i + 1], bodies[1][i:i + 1], lamps[i:i + 1], UP[None], surface)
        np.testing.assert_array_equal(alone[0], together[i])
