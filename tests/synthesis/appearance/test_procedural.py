from dataclasses import replace

import numpy as np
import pytest

from ajahr_mm.synthesis.appearance import stumps
from ajahr_mm.synthesis.appearance.procedural import ProceduralAppearance
from ajahr_mm.synthesis.appearance.silhouettes import face_normals
from ajahr_mm.synthesis.appearance.skin import SKIN
from ajahr_mm.synthesis.people.subjects import GROUP_SHARES


def look(appearance, subject, surface, seed: int = 0):
    return appearance.sample(np.random.default_rng(seed), subject, surface)


@pytest.mark.parametrize('group', sorted(GROUP_SHARES))
def test_hands_show_skin_of_the_group(appearance, make_person, surface, group):
    lightest, darkest = (np.array(tone) for tone in SKIN[group])
    for seed, gender in enumerate(('male', 'female') * 2):
        texture = look(appearance, make_person(group, gender), surface, seed).texture
        points = appearance.canvas_of(surface).points
        backs = (points.arm > 2.2) & (points.arm < 2.5) & (points.normal[..., 1] > .5)
        skin = np.median(texture[backs & appearance.canvas_of(surface).painted], axis=0)
        assert (skin >= darkest * .7).all() and (skin <= lightest * 1.08).all()


def test_looks_depend_on_the_generator_and_not_on_what_was_drawn_before(appearance, make_person, surface):
    fresh = ProceduralAppearance(size=appearance.canvas_of(surface).points.shape[0])
    first, again, other = look(appearance, make_person(), surface, 7), look(fresh, make_person(), surface, 7), \
        look(appearance, make_person(), surface, 8)
    np.testing.assert_array_equal(first.texture, again.texture)
    np.testing.assert_array_equal(first.offset, again.offset)
    assert first.color is None and abs(first.texture.astype(int) - other.texture).mean() > 4


def test_every_texel_is_painted_and_clothes_cover_the_trunk(appearance, make_person, surface):
    canvas = appearance.canvas_of(surface)
    points = canvas.points
    trunk = points.is_part('spine1', 'spine2') & (points.normal[..., 2] < 0) & canvas.painted     # jackets are open in front
    for seed in range(6):
        found = look(appearance, make_person('White'), surface, seed)
        assert found.texture.shape == (*points.shape, 3) and found.texture.dtype == np.uint8
        assert (found.texture.max(-1) > 0).mean() > .995
        assert found.offset[surface.is_part('spine1', 'spine2') & (surface.rest[:, 2] < 0)].min() > .0005
        hands = points.arm > 2.2
        assert abs(np.median(found.texture[trunk], 0) - np.median(found.texture[hands & canvas.painted], 0)).max() > 8


def test_heights_are_bounded_fold_no_face_and_leave_hands_and_face_alone(appearance, make_person, surface):
    normals = appearance.canvas_of(surface).vertices.normal[:, 0]
    flat = face_normals(surface.rest, surface.faces)
    face = ((surface.rest - surface.keypoint('nose')) ** 2).sum(1) < .03 ** 2
    hands = (surface.limb < 2) & (surface.limb >= 0) & (surface.along > 2.2)
    for seed in range(14):
        extent = [(3, 3, 3, 3), (1.4, 3, 3, 3), (3, 3, .6, 2), (0, 3, 3, 1)][seed % 4]
        subject = make_person(sorted(GROUP_SHARES)[seed % 7], ('male', 'female')[seed % 2], extent)
        offset = look(appearance, subject, surface, seed).offset
        assert offset.shape == (len(surface.rest),) and offset.dtype == np.float32
        assert 0 <= offset.min() and offset.max() < .09
        assert offset[hands].max() == 0 and offset[face].max() < .006
        grown = face_normals(surface.rest + offset[:, None] * normals, surface.faces)
        assert ((flat * grown).sum(1) > 0).all()


def test_no_jump_at_the_seams_of_the_layout(appearance, make_person, surface):
    """The two sides of a seam show the same colours: their difference is like that of texels next to one another."""
    edges = {}
    for face, corners in zip(surface.faces, surface.uv_faces):
        for i in range(3):
            key = tuple(sorted((face[i], face[i - 1])))
            side = [corners[i], corners[i - 1]]
            edges.setdefault(key, []).append(side if face[i] == key[0] else side[::-1])
    seams = np.array([sides for sides in edges.values() if len(sides) == 2 and sides[0] != sides[1]])
    assert len(seams) > 300
    size = appearance.canvas_of(surface).points.shape[0]
    middle = surface.uv[seams].mean(2) * size - .5                                   # (S,2,2)
    column, row = np.clip(np.round(middle).astype(int), 0, size - 1).transpose(2, 0, 1)
    jumps = []
    for seed in range(6):
        texture = look(appearance, make_person('Hispanic', ('male', 'female')[seed % 2]), surface, seed).texture.astype(int)
        sides = texture[row, column]
        jumps.append(abs(sides[:, 0] - sides[:, 1]).max(-1))
    assert np.median(jumps) <= 4 and np.percentile(jumps, 90) < 30


def test_what_is_beyond_the_cut_is_repainted(appearance, make_person, surface):
    """The end of the left forearm has the colours of the forearm, and no fingers, cuffs or shoes are left beyond it."""
    canvas = appearance.canvas_of(surface)
    for limb, extent in ((0, (1.4, 3, 3, 3)), (3, (3, 3, 3, 1.3)), (2, (3, 3, .6, 3)), (1, (3, 0, 3, 3))):
        found = stumps.find_limb(canvas, limb)
        for seed in range(5):
            texture = look(appearance, make_person('Indian', 'male', extent), surface, seed).texture.reshape(-1, 3)
            far = texture[found.index[found.between(extent[limb] + .3)]].astype(int)
            assert np.ptp(far, axis=0).max() == 0
            near = texture[found.index[found.between(extent[limb] - .02, extent[limb] + .1)]].mean(0)
            assert abs(near - far[0]).max() < 45


def test_shares_decide_over_pinned_and_open_ends(make_person, surface, canvas):
    """Over a shank's end, pinned trouser legs have the colour of the trousers; open ones show skin."""
    limb = stumps.find_limb(canvas, 2)

    def difference(**shares) -> float:
        appearance, values = ProceduralAppearance(size=canvas.points.shape[0], liner=0., **shares), []
        for seed in range(10):
            texture = look(appearance, make_person('White', 'male', (3, 3, 1.5, 3)), surface, seed).texture.reshape(-1, 3)
            leg, end = (texture[limb.index[limb.between(*span)]].mean(0) for span in ((1.2, 1.35), (1.46, 1.5)))
            values.append(abs(leg / leg.sum() - end / end.sum()).max())                # hue, whatever the folds do
        return float(np.mean(values))
    assert difference(pinned=0.) > 2 * difference(pinned=1.)


def test_switches_for_shirt_and_shoes(make_person, surface, canvas):
    """Without shirts, men's backs show skin, as their hands do; without bare feet, everybody's toes are covered."""
    bare = ProceduralAppearance(bare_torso=1., barefoot=0., patterned=0., size=canvas.points.shape[0])
    points, painted = canvas.points, canvas.painted
    back = painted & points.is_part('spine2') & (points.normal[..., 2] < -.5) & (points.y < canvas.figure.armpit)
    wrist = painted & (points.arm > 1.8) & (points.arm < 2)
    for seed in range(5):
        found = look(bare, make_person('Hispanic', 'male'), surface, seed)
        chest, skin = (np.median(found.texture[part], axis=0) for part in (back, wrist))
        assert abs(chest - skin).max() < 40
        assert found.offset[surface.is_part('spine2')].max() < .03
        assert found.offset[(canvas.vertices.leg > 2.9)[:, 0]].min() > .001


def test_a_body_without_texture_coordinates_gets_colours_of_vertices(make_person, surface):
    plain = replace(surface, uv=None, uv_faces=None)
    found = look(ProceduralAppearance(), make_person('African', 'male', (3, 3, 3, 1.4)), plain, 1)
    assert found.texture is None and found.color.shape == (len(surface.rest), 3) and found.color.dtype == np.float32
    assert 0 <= found.color.min() and found.color.max() <= 1 and found.color.std() > .05
    assert found.offset.max() > .003


def test_layers_take_little_memory(appearance, make_person, surface):
    for seed in range(20):
        look(appearance, make_person('White', ('male', 'female')[seed % 2]), surface, seed)
    assert appearance.cached_bytes < 60e6 and appearance.facts()['licence'] == 'CC0 1.0'
