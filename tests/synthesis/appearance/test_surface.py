import numpy as np

from ajahr_mm.anatomy import limbs, skeleton
from ajahr_mm.synthesis.appearance.surface import Surface


def test_limbs_are_on_their_side_and_reach_from_0_to_3(surface):
    for index, name in enumerate(limbs.LIMBS):
        own = surface.limb == index
        assert own.sum() > 200
        assert (np.sign(surface.rest[own, 0].mean()) > 0) == name.startswith('left')
        assert surface.along[own].min() < .05 and surface.along[own].max() > 2.6
    assert (surface.along[surface.limb < 0] == 0).all()


def test_place_on_the_limb_is_measured_along_the_bone():
    """A vertex 30 % down a left thigh that points down is at 0.3."""
    joints = np.zeros((24, 3))
    joints[[1, 4, 7, 10]] = [[.1, 0, 0], [.1, -.4, 0], [.1, -.8, 0], [.1, -.9, .1]]
    joints[[2, 5, 8, 11]] = joints[[1, 4, 7, 10]] * [-1, 1, 1]
    for side, sign in (('left', 1), ('right', -1)):
        for i, name in enumerate(('shoulder', 'elbow', 'wrist', 'hand')):
            joints[skeleton.joint_index(f'{side}_{name}')] = [sign * (.2 + .25 * i), .5, 0]
    rest = np.array([[.15, -.12, 0], [.1, -.6, .02], [-.575, .5, 0]])
    surface = Surface.from_arrays(rest, joints, np.zeros((44, 3)), np.array([1, 4, 19]))
    np.testing.assert_allclose(surface.along, [.3, 1.5, 1.5], atol=1e-6)
    assert surface.limb.tolist() == [2, 2, 1]


def test_face_is_in_front_and_on_top(surface):
    nose = surface.keypoint('nose')
    assert surface.near(nose, .03).any() and surface.is_part('head')[surface.near(nose, .03)].all()
    assert nose[2] > surface.keypoint('left_ear')[2] and nose[1] > surface.joints[12, 1]

def test_texture_coordinates_count_from_the_top_of_a_picture(surface):
    """Heads are on the right of MakeHuman's pictures and hands at the bottom; OBJ files would have them at the top."""
    assert surface.uv.min() >= 0 and surface.uv.max() <= 1 and surface.uv_faces.shape == surface.faces.shape
    corners = surface.uv[surface.uv_faces].mean(1)
    part = surface.part[surface.faces[:, 0]]
    assert corners[part == 15, 0].mean() > .75
    assert corners[np.isin(part, (22, 23)), 1].mean() > .85 > .3 > corners[np.isin(part, (16, 17)), 1].mean()


def test_body_without_texture_coordinates_has_none(surface):
    plain = Surface.from_arrays(surface.rest, surface.joints, surface.keypoints, surface.part)
    assert plain.uv is None and plain.uv_faces is None
