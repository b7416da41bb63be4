import pickle

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from ajahr_mm.datasets.transforms import CropBody, DetectorKeypoints, PackBodyInputs
from ajahr_mm.structures import BodySample

SHAPES = dict(global_orient=(3, 3), body_pose=(23, 3, 3), betas=(10,), has_pose=(), has_betas=(), keypoints_2d=(44, 3),
              keypoints_3d=(44, 4), has_limbs=(), limb_extent=(4,), limb_classes=(4,), input_keypoints=(12, 3),
              camera=(3,))


@pytest.fixture
def cropped(sample):
    return DetectorKeypoints()(CropBody()(sample))


def test_fields_shapes_and_types(cropped):
    packed = PackBodyInputs()(cropped)
    assert packed['inputs'].shape == (3, 256, 256) and packed['inputs'].dtype == torch.uint8
    gt = packed['data_samples'].gt
    assert {name: tuple(value.shape) for name, value in gt.items()} == SHAPES
    assert all(v.dtype == (torch.int64 if k == 'limb_classes' else torch.float32) for k, v in gt.items())


def test_values(cropped):
    packed = PackBodyInputs()(cropped)
    gt = packed['data_samples'].gt
    np.testing.assert_array_equal(packed['inputs'].permute(1, 2, 0), cropped['img'])
    np.testing.assert_allclose(gt.global_orient, Rotation.from_rotvec(cropped['global_orient']).as_matrix(), atol=1e-6)
    np.testing.assert_allclose(gt.body_pose, Rotation.from_rotvec(cropped['body_pose']).as_matrix(), atol=1e-6)
    for name in ('betas', 'camera', 'keypoints_2d', 'keypoints_3d', 'limb_extent', 'input_keypoints'):
        np.testing.assert_array_equal(gt.get(name), cropped[name])
    assert gt.has_pose == gt.has_limbs == 1
    assert gt.limb_classes.tolist() == [0, 2, 0, 0]  # label 1: right elbow


def test_metainfo(cropped):
    sample = PackBodyInputs()(cropped)['data_samples']
    assert sample.sample_id == 'a3d/1' and sample.dataset_name == 'a3d' and sample.img_shape == (200, 160)
    assert sample.affine.shape == (2, 3) and sample.crop_size == 256 and sample.flip is False


def test_stacks_survives_pickling_and_owns_its_memory(cropped):
    sample = PackBodyInputs()(cropped)['data_samples']
    before = sample.gt.betas.clone()
    cropped['betas'] += 1
    torch.testing.assert_close(sample.gt.betas, before)
    sample.gt.betas += 1
    torch.testing.assert_close(sample.gt.camera, torch.from_numpy(cropped['camera']))  # neighbours in the buffer
    both = BodySample.stack([sample, pickle.loads(pickle.dumps(sample))])
    assert both['body_pose'].shape == (2, 23, 3, 3)
    torch.testing.assert_close(both['betas'][0], both['betas'][1])


def test_a_worker_hands_over_one_storage(cropped):
    gt = PackBodyInputs()(cropped)['data_samples'].gt
    assert len({value.untyped_storage().data_ptr() for value in gt.values()}) == 1


def test_without_a_detector_nothing_is_detected(cropped):
    del cropped['input_keypoints']
    assert not PackBodyInputs()(cropped)['data_samples'].gt.input_keypoints.any()


@pytest.mark.parametrize('length', [0, 1e-8, 1e-4, 0.5, np.pi, 6])
def test_rotations_of_every_length(cropped, length):
    axes = np.random.default_rng(0).normal(size=(23, 3))
    cropped['body_pose'] = (axes / np.linalg.norm(axes, axis=1, keepdims=True) * length).astype(np.float32)
    matrices = PackBodyInputs()(cropped)['data_samples'].gt.body_pose
    np.testing.assert_allclose(matrices, Rotation.from_rotvec(cropped['body_pose']).as_matrix(), atol=2e-6)
    if length == 0:
        np.testing.assert_array_equal(matrices, np.broadcast_to(np.eye(3), (23, 3, 3)))
