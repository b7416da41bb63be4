import numpy as np

from ajahr_mm.synthesis.appearance.silhouettes import Smoother, face_normals, unfold


def test_wide_trousers_fall_straight(surface, canvas):
    """With all their room, the outline of a trouser leg does not narrow from the knee down."""
    grown = surface.rest + canvas.heights.trousers[:, None] * canvas.vertices.normal[:, 0]
    outer = []
    for low, high in ((1.1, 1.25), (1.7, 1.85)):
        part = (surface.limb == 2) & (surface.along > low) & (surface.along < high)
        middle = surface.rest[part, 0].mean()
        outer.append([grown[part, 0].max() - middle, surface.rest[part, 0].max() - middle])
    (knee, bare_knee), (ankle, bare_ankle) = outer
    assert ankle > .9 * knee and bare_ankle < .8 * bare_knee


def test_wide_shirts_bridge_the_waist(surface, canvas):
    heights = canvas.heights.shirt
    waist = surface.is_part('spine1', 'spine2') & (abs(surface.rest[:, 1] - canvas.figure.waist - .04) < .03)
    assert np.median(heights[waist]) > .008 and heights.max() < .15
    assert (heights[surface.is_part('head', 'left_knee', 'right_hand')] == 0).all()


def test_shells_of_shoes_and_hair_are_where_they_belong(surface, canvas):
    heights = canvas.heights
    feet = surface.is_part('left_ankle', 'right_ankle', 'left_foot', 'right_foot')
    assert (heights.shoe[~feet] == 0).all() and .001 < heights.shoe[feet].max() <= .02
    nape = surface.near(canvas.figure.neck + [0, .03, -.04], .03)
    assert heights.hair[nape].mean() > .008 and heights.hair[surface.near(canvas.figure.nose, .03)].max() == 0


def test_unfold_takes_back_what_turns_faces_over(surface, canvas):
    normals = canvas.vertices.normal[:, 0]
    height = np.full(len(surface.rest), .03, np.float32)
    flat = face_normals(surface.rest, surface.faces)

    def turned(h: np.ndarray) -> int:
        return int(((flat * face_normals(surface.rest + h[:, None] * normals, surface.faces)).sum(1) <= 0).sum())
    safe = unfold(height, surface.rest, normals, surface.faces)
    assert turned(height) > 100 and turned(safe) < turned(height) / 20
    assert (safe <= height).all() and np.median(safe) > .02
    small = np.full(len(height), 1e-4, np.float32)
    np.testing.assert_array_equal(unfold(small, surface.rest, normals, surface.faces)[surface.is_part('spine2')],
                                  small[surface.is_part('spine2')])


def test_smoothing_keeps_constants_and_flattens_spikes(surface):
    smooth = Smoother(surface)
    ones = np.ones(len(surface.rest), np.float32)
    np.testing.assert_allclose(smooth(ones, 3), ones, atol=1e-5)
    spike = np.zeros_like(ones)
    spike[100] = 1
    assert 0 < smooth(spike)[100] <= .5 and smooth(spike).max() <= .5 and abs(smooth(spike).sum() - 1) < .5
