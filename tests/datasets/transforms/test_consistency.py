"""The property that matters: project(body(SMPL after augmentation)) are the 2D keypoints after augmentation.

The body is the packaged one, posed anew from what the transforms made of pose, shape, limbs and translation. Three cameras:
the pinhole of the whole photograph, which the crop carries along (focal length, principal point), and the weak-perspective
camera (s, tx, ty), where nothing is an approximation; and HMR2's reading of the latter as a pinhole of always 5000 px that
always looks at the middle of the box, which changes perspective with every box.
"""
import copy

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from ajahr_mm.anatomy.keypoints import missing_keypoints
from ajahr_mm.body_models import build_body
from ajahr_mm.datasets.transforms import CropBody, RandomExtremeCrop, RandomFlipBody, RandomOcclusion, RandomScaleRotate
from ajahr_mm.datasets.transforms.extreme_crop import PARTS, close_up
from ajahr_mm.datasets.transforms.flip import flip_body
from ajahr_mm.datasets.transforms.scale_rotate import scale_rotate
from ajahr_mm.geometry.boxes import apply_affine
from ajahr_mm.geometry.cameras import project_to_crop

WIDTH, HEIGHT, FOCAL = 640, 480, 900.0
PRINCIPAL = np.array([300.0, 255.0])  # off the middle, as in a photograph that has been cut before
STEPS = dict(
    nothing=lambda r: r, flip=flip_body, twice=lambda r: flip_body(flip_body(r)),
    wider=lambda r: scale_rotate(r, 1.3, 0, np.zeros(2)), narrower=lambda r: scale_rotate(r, 0.7, 0, np.zeros(2)),
    left=lambda r: scale_rotate(r, 1, -60, np.zeros(2)), right=lambda r: scale_rotate(r, 1, 33, np.zeros(2)),
    moved=lambda r: scale_rotate(r, 1, 0, np.array([0.02, -0.02])),
    all_at_once=lambda r: scale_rotate(flip_body(scale_rotate(r, 0.8, 25, np.array([0.02, 0.01]))), 1.2, 17,
                                       np.array([-0.02, 0])))


@pytest.fixture(scope='module')
def body():
    return build_body('open')


def keypoints_3d(body, record):
    """(44,3) of the body that a record describes, without its translation."""
    matrices = Rotation.from_rotvec(np.vstack([record['global_orient'], record['body_pose']])).as_matrix()
    rotations, betas, extent = (torch.from_numpy(np.asarray(x, np.float32))[None] for x in (
        matrices, record['betas'], record['limb_extent']))
    with torch.no_grad():
        return body(rotations[:, 0], rotations[:, 1:], betas, limb_extent=extent, amputation='stump',
                    with_vertices=False).keypoints[0].double().numpy()


def weak_perspective(points, camera):
    """Points (44,3) and s, tx, ty -> px (44,2) of a 256 px crop."""
    return camera[0] * (points[:, :2] + camera[1:]) * 128 + 128


def narrow_pinhole(points, camera):
    return project_to_crop(torch.from_numpy(points)[None], torch.from_numpy(np.asarray(camera, float))[None])[0].numpy()


def person(body, rng, crop_camera=None, **changed):
    """A record as BodyDataset and LoadImage hand it out, exact by construction."""
    upright = Rotation.from_euler('xyz', [np.pi, 0, 0]) * Rotation.from_euler('yx', rng.uniform(-1, 1, 2) * [3, 0.4])
    record = dict(
        global_orient=upright.as_rotvec(), body_pose=rng.normal(0, 0.25, (23, 3)), betas=rng.normal(0, 1, 10),
        limb_extent=rng.choice([3, 3, 2, 1.4, 0.6, 0], 4).astype(np.float32), transl=np.array([0.3, -0.2, 3.2]),
        camera=np.array([0.9, 0.05, -0.1]), rotation=0.0, flip=False, img_shape=(HEIGHT, WIDTH), sample_idx=0,
        img=np.zeros((HEIGHT, WIDTH, 3), np.uint8), center=np.array([330.0, 250.0]), size=420.0)
    record.update(changed)
    still = {name: np.zeros_like(record[name]) for name in ('global_orient', 'body_pose')}
    record['root_offset'] = root_of(body, dict(record, **still))
    points = keypoints_3d(body, record)
    if crop_camera is None:
        placed = points + record['transl']
        pixels = placed[:, :2] / placed[:, 2:] * FOCAL + PRINCIPAL
        record['center'], record['size'] = (pixels.min(0) + pixels.max(0)) / 2, float(np.ptp(pixels, 0).max() * 1.2)
    else:
        pixels = (crop_camera(points, record['camera']) - 128) * record['size'] / 256 + record['center']
    there = ~missing_keypoints(record['limb_extent'])[:, None]
    marked = np.where(there, np.hstack([pixels, np.ones((44, 1))]), 0)
    return dict(record, keypoints_2d=marked.copy(), projected_2d=marked.copy(), visibility=np.where(there[:, 0], 0, 3),
                keypoints_3d=np.hstack([points + record['transl'], np.ones((44, 1))]))


def root_of(body, record):
    rotations = torch.eye(3).expand(1, 24, 3, 3)
    return body(rotations[:, 0], rotations[:, 1:], torch.from_numpy(record['betas']).float()[None],
                with_vertices=False).joints[0, 0].numpy()


def error_of_photograph(body, record):
    """Largest distance in crop px, with the photograph's camera carried through mirror and crop."""
    crop = CropBody()(copy.deepcopy(record))
    principal = np.array([WIDTH - 1 - PRINCIPAL[0], PRINCIPAL[1]]) if crop['flip'] else PRINCIPAL
    placed = keypoints_3d(body, crop) + crop['transl']
    focal = FOCAL * crop['crop_size'] / crop['size']
    pixels = placed[:, :2] / placed[:, 2:] * focal + apply_affine(principal, crop['affine'])
    return largest(pixels, crop)


def error_of_crop(body, record, crop_camera):
    crop = CropBody()(copy.deepcopy(record))
    return largest(crop_camera(keypoints_3d(body, crop), crop['camera'].astype(float)), crop)


def largest(pixels, crop):
    seen = crop['keypoints_2d'][:, 2] > 0
    return np.linalg.norm(pixels - crop['keypoints_2d'][:, :2], axis=1)[seen].max() if seen.any() else 0.0


@pytest.mark.parametrize('name', STEPS)
def test_photograph(body, name):
    rng = np.random.default_rng(1)
    for _ in range(3):
        assert error_of_photograph(body, STEPS[name](person(body, rng))) < 0.1


@pytest.mark.parametrize('part', PARTS)
def test_close_ups(body, part):
    """However near the camera comes."""
    rng = np.random.default_rng(2)
    for step in ('nothing', 'all_at_once'):
        whole = dict(limb_extent=np.full(4, 3, np.float32))
        far = person(body, rng, **whole)
        near = close_up(copy.deepcopy(far), part)
        assert near['size'] < far['size']
        assert error_of_photograph(body, STEPS[step](near)) < 0.1
        near = close_up(person(body, rng, weak_perspective, **whole), part)
        assert error_of_crop(body, STEPS[step](near), weak_perspective) < 0.1


@pytest.mark.parametrize('name', STEPS)
def test_weak_perspective(body, name):
    rng = np.random.default_rng(3)
    for _ in range(3):
        assert error_of_crop(body, STEPS[name](person(body, rng, weak_perspective)), weak_perspective) < 0.1


def test_fixed_focal_length_is_as_good_as_it_can_be(body):
    """No s, tx, ty of a camera of 5000 px fits all points of another box; those that we give are near the best."""
    rng = np.random.default_rng(4)
    errors = []
    for step in STEPS.values():
        record = person(body, rng, narrow_pinhole)
        errors.append(error_of_crop(body, step(record), narrow_pinhole))
    assert np.median(errors) < 0.5 and max(errors) < 2
    np.random.seed(4)
    close = RandomExtremeCrop(prob=1)
    errors = [error_of_crop(body, close(person(body, rng, narrow_pinhole)), narrow_pinhole) for _ in range(30)]
    assert np.median(errors) < 5


def test_random_compositions(body):
    np.random.seed(5)
    rng = np.random.default_rng(5)
    steps = [RandomExtremeCrop(prob=0.5), RandomFlipBody(), RandomScaleRotate(), RandomFlipBody(), RandomScaleRotate()]
    sizes = []
    for _ in range(40):
        record, weak = person(body, rng), person(body, rng, weak_perspective)
        for i in np.random.permutation(len(steps)):
            record, weak = steps[i](record), steps[i](weak)
        sizes.append(record['size'])
        assert error_of_photograph(body, record) < 0.1
        assert error_of_crop(body, weak, weak_perspective) < 0.1
    assert min(sizes) < 0.4 * max(sizes)  # some were close-ups


def test_3d_keypoints_are_the_body_too(body):
    rng = np.random.default_rng(6)
    for name, step in STEPS.items():
        record = step(person(body, rng))
        placed = keypoints_3d(body, record) + record['transl']
        np.testing.assert_allclose(placed, record['keypoints_3d'][:, :3], atol=1e-4, err_msg=name)


def test_labels_move_with_the_picture(body):
    right_arm_left_leg = np.array([3, 0, 1.4, 3], np.float32)
    record = flip_body(person(body, np.random.default_rng(7), limb_extent=right_arm_left_leg))
    np.testing.assert_array_equal(record['limb_extent'], np.array([0, 3, 3, 1.4], np.float32))
    crop = CropBody()(record)
    np.testing.assert_array_equal(crop['visibility'] == 3, missing_keypoints(record['limb_extent']))


def test_nothing_of_this_changes_who_is_an_amputee(body):
    np.random.seed(8)
    rng = np.random.default_rng(8)
    steps = [RandomExtremeCrop(prob=1), RandomScaleRotate(), CropBody(), RandomOcclusion(prob=1)]
    outside = 0
    for _ in range(20):
        record = person(body, rng)
        before, absent = record['limb_extent'].copy(), record['visibility'] == 3
        for step in steps:
            record = step(record)
        np.testing.assert_array_equal(record['limb_extent'], before)
        np.testing.assert_array_equal(record['visibility'] == 3, absent)
        outside += (record['visibility'] == 2).sum()
    assert outside > 40
