"""The baseline without learning."""
import numpy as np
import pytest
import torch

from ajahr_mm.io.errors import UserError
from ajahr_mm.models import MeanBody


@pytest.fixture
def annotations(tmp_path):
    rng, path = np.random.default_rng(0), tmp_path / 'annotations.npz'
    columns = dict(global_orient=rng.normal(0, 0.3, (40, 3)) + [2.5, 0, 0], body_pose=rng.normal(0, 0.4, (40, 69)),
                   betas=rng.normal(size=(40, 10)), camera=rng.normal(size=(40, 3)))
    np.savez(path, **{name: value.astype(np.float32) for name, value in columns.items()})
    return path, columns


def test_mean_of_shape_camera_and_rotations(annotations, samples):
    scipy_rotation = pytest.importorskip('scipy.spatial.transform').Rotation
    path, columns = annotations
    out = MeanBody(str(path)).eval()(torch.zeros(4, 3, 8, 8), samples, mode='predict')
    pred = out[3].pred
    np.testing.assert_allclose(pred.betas, columns['betas'].mean(0), atol=1e-6)
    np.testing.assert_allclose(pred.camera, columns['camera'].mean(0), atol=1e-6)
    for joint in (0, 11, 22):
        mean = scipy_rotation.from_rotvec(columns['body_pose'][:, 3 * joint:3 * joint + 3]).mean().as_matrix()
        np.testing.assert_allclose(pred.body_pose[joint], mean, atol=1e-5)
    np.testing.assert_allclose(
        pred.global_orient, scipy_rotation.from_rotvec(columns['global_orient']).mean().as_matrix(), atol=1e-5)
    assert not hasattr(pred, 'limb_classes')


def test_it_travels_in_a_checkpoint(annotations):
    source, target = MeanBody(str(annotations[0])), MeanBody()
    target.load_state_dict(source.state_dict())
    raw = target(torch.zeros(2, 3, 8, 8))
    assert torch.equal(raw['body_pose'][1], source.body_pose) and raw['camera'].shape == (2, 3)


def test_refusals(tmp_path):
    np.savez(tmp_path / 'other.npz', betas=np.zeros((2, 10)))
    with pytest.raises(UserError, match='lacks the columns global_orient, body_pose, camera'):
        MeanBody(str(tmp_path / 'other.npz'))
    with pytest.raises(UserError, match='nowhere.npz does not exist'):
        MeanBody(str(tmp_path / 'nowhere.npz'))
    with pytest.raises(UserError, match='nothing to train'):
        MeanBody()(torch.zeros(1, 3, 8, 8), mode='loss')
