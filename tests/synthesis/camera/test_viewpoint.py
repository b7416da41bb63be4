import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from ajahr_mm.geometry.cameras import project_to_crop
from ajahr_mm.synthesis.camera.viewpoint import RandomView
from ajahr_mm.synthesis.records import Pose


def pose(pitch=0.) -> Pose:
    return Pose(np.zeros(69, np.float32), pitch, 'test')


def plain(**changes) -> RandomView:
    return RandomView(**{**dict(frontal=1., frontal_sigma=0, tilt=0, roll=0, shift=0, cropped=0), **changes})


def test_a_frontal_person_stands_upright_faces_the_camera_and_has_the_left_hand_on_the_right_of_the_picture():
    view = plain().sample(np.random.default_rng(0), pose(), 256)
    turn = Rotation.from_rotvec(view.global_orient)
    np.testing.assert_allclose(turn.apply([0, 1, 0]), [0, -1, 0], atol=1e-6)       # head up in a y-down picture
    np.testing.assert_allclose(turn.apply([0, 0, 1]), [0, 0, -1], atol=1e-6)       # nose towards the camera
    np.testing.assert_allclose(turn.apply([1, 0, 0]), [1, 0, 0], atol=1e-6)
    np.testing.assert_allclose(view.up, [0, -1, 0], atol=1e-6)
    assert view.focal == 5000 and view.place is None


def test_leaning_forward_brings_the_head_towards_the_camera_and_leaves_the_floor():
    view = plain().sample(np.random.default_rng(0), pose(30.), 256)
    head = Rotation.from_rotvec(view.global_orient).apply([0, 1, 0])
    np.testing.assert_allclose(head, [0, -np.cos(np.pi / 6), -.5], atol=1e-6)
    np.testing.assert_allclose(view.up, [0, -1, 0], atol=1e-6)


def test_up_is_where_an_upright_persons_head_is_however_the_camera_is_held():
    for seed in range(30):
        view = RandomView(tilt=20, roll=10).sample(np.random.default_rng(seed), pose(), 256)
        np.testing.assert_allclose(Rotation.from_rotvec(view.global_orient).apply([0, 1, 0]), view.up, atol=1e-6)


def test_all_sides_are_seen_but_the_front_most():
    turns = [RandomView().sample(np.random.default_rng(i), pose(), 256).global_orient for i in range(400)]
    right, _, away = Rotation.from_rotvec(np.stack(turns)).apply([0, 0, 1]).T            # where the noses point
    assert (away < -.5).mean() > .45 and (away > .5).mean() > .05 and (right > .7).any() and (right < -.7).any()


@pytest.mark.parametrize('size', [128, 256])
def test_the_translation_is_a_weak_camera_by_which_the_geometry_room_projects_the_same(size):
    points = np.random.default_rng(0).uniform(-.5, .5, (500, 3)) * [.5, 1.7, .4]
    view = RandomView().sample(np.random.default_rng(3), pose(), 256)
    transl = RandomView().frame(view, points, np.zeros((0, 3)), size)
    assert transl.dtype == np.float32 and transl.shape == (3,)
    camera = torch.tensor([[2 * view.focal / (size * transl[2]), transl[0], transl[1]]])
    crop = project_to_crop(torch.from_numpy(points)[None].float(), camera, size)[0].numpy()
    np.testing.assert_allclose((crop.max(0) - crop.min(0)).max(), view.fill * size, rtol=5e-3)
    np.testing.assert_allclose((crop.max(0) + crop.min(0)) / 2 / size - .5, view.shift, atol=5e-3)


def test_cropped_pictures_come_at_their_share_and_overfill_the_frame():
    views = [RandomView(cropped=.3).sample(np.random.default_rng(i), pose(), 256) for i in range(300)]
    assert .2 < np.mean([view.cropped for view in views]) < .4
    assert all((view.fill > 1) == view.cropped for view in views)
