import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from ajahr_mm.geometry.cameras import weak_to_translation
from ajahr_mm.synthesis.viewpoint import RandomView


def plain(**changes) -> RandomView:
    return RandomView(**{**dict(frontal=1., frontal_sigma=0, tilt=0, roll=0, shift=0, cropped=0), **changes})


def test_a_frontal_person_stands_upright_faces_the_camera_and_has_the_left_hand_on_the_right_of_the_picture():
    turn = Rotation.from_rotvec(plain().sample(np.random.default_rng(0), 0.).global_orient)
    np.testing.assert_allclose(turn.apply([0, 1, 0]), [0, -1, 0], atol=1e-6)       # head up in a y-down picture
    np.testing.assert_allclose(turn.apply([0, 0, 1]), [0, 0, -1], atol=1e-6)       # nose towards the camera
    np.testing.assert_allclose(turn.apply([1, 0, 0]), [1, 0, 0], atol=1e-6)


def test_leaning_forward_brings_the_head_towards_the_camera():
    turn = Rotation.from_rotvec(plain().sample(np.random.default_rng(0), 30.).global_orient)
    np.testing.assert_allclose(turn.apply([0, 1, 0]), [0, -np.cos(np.pi / 6), -.5], atol=1e-6)


def test_all_sides_are_seen_but_the_front_most():
    noses = np.stack([Rotation.from_rotvec(RandomView().sample(np.random.default_rng(i), 0.).global_orient).apply([0, 0, 1])
                      for i in range(400)])
    towards = -noses[:, 2]
    assert (towards > .5).mean() > .45 and (towards < -.5).mean() > .05 and (noses[:, 0] > .7).any() and (noses[:, 0] < -.7).any()


@pytest.mark.parametrize('fill', [.5, .9, 1.4])
def test_framing_makes_the_longer_side_fill_the_asked_share(fill):
    view, size = plain(), 256
    sample = view.sample(np.random.default_rng(0), 0.)
    low, high = np.array([-.3, -1.1]), np.array([.5, .7])
    camera = view.frame(sample, low, high, size, fill, np.zeros(2))
    translation = view.translation(camera[None], size)[0]
    corners = (np.stack([low, high]) + translation[:2]) / translation[2] * 5000 + size / 2
    np.testing.assert_allclose(corners[1, 1] - corners[0, 1], fill * size, rtol=1e-4)
    np.testing.assert_allclose(corners.mean(0), size / 2, atol=1e-2)


def test_translation_agrees_with_the_geometry_room():
    camera = np.array([[.8, .1, -.2], [1.1, 0, .3]], np.float32)
    np.testing.assert_allclose(RandomView.translation(camera, 256), weak_to_translation(torch.from_numpy(camera)), rtol=1e-6)


def test_cropped_pictures_come_at_their_share_and_overfill_the_frame():
    views = [RandomView(cropped=.3).sample(np.random.default_rng(i), 0.) for i in range(300)]
    assert .2 < np.mean([view.cropped for view in views]) < .4
    assert all((view.fill > 1) == view.cropped for view in views)
