"""What is said about a person, against what the network and the body said."""
import json

import numpy as np
import pytest
import torch
from mmengine.structures import BaseDataElement

from ajahr_mm.anatomy import limbs
from ajahr_mm.apis.results import check_amputate, describe, to_json
from ajahr_mm.io.errors import UserError
from ajahr_mm.structures import BodySample


def sample(**changes):
    fields = dict(global_orient=torch.diag(torch.tensor([1., -1., -1.])), body_pose=torch.eye(3).repeat(23, 1, 1),
                  betas=torch.zeros(10), camera=torch.tensor([.9, .1, -.2]),
                  limb_probs=torch.tensor([[.9, .1, 0, 0], [.2, .5, .2, .1], [1., 0, 0, 0], [0, 0, 0, 1.]]),
                  limb_classes=torch.tensor([0, 1, 0, 3]), limb_extent=torch.tensor([3., 2, 3, 0]))
    fields.update(changes)
    return BodySample(metainfo=dict(img_path='a.png', img_shape=(400, 600), center=np.array([250., 150.]), size=200.),
                      pred=BaseDataElement(**{k: v for k, v in fields.items() if v is not None}))


def test_limb_verdicts_and_labels(network):
    result = describe([sample()], network.body)[0]
    assert {limb: (v['limb_class'], v['name']) for limb, v in result['limbs'].items()} == {
        'left_arm': (0, 'intact'), 'right_arm': (1, 'hand absent'), 'left_leg': (0, 'intact'),
        'right_leg': (3, 'absent from the hip')}
    assert result['limbs']['right_arm']['probability'] == pytest.approx(.5)
    assert result['labels'] == [limbs.limb_to_label(1, 1), limbs.limb_to_label(3, 3)]
    np.testing.assert_array_equal(result['joint_present'], ~limbs.missing_joints(np.array([3., 2, 3, 0])))


def test_the_crop_camera_and_the_full_camera_see_the_same(network):
    """A point of the body through crop camera and affine, by hand, must fall on the full-image projection."""
    result = describe([sample()], network.body, amputate='off')[0]
    body = network.body.rest.numpy() * [1, -1, -1]
    s, tx, ty = .9, .1, -.2
    in_crop = s * (body[:, :2] + [tx, ty])                     # weak perspective, -1..1 across the box
    expected = np.array([250., 150.]) + in_crop * 200 / 2
    # a pinhole far away is weak perspective up to (depth of the body) / (distance)
    assert np.abs(result['joints_2d'] - expected).max() < 0.6
    camera = result['camera']
    again = result['joints_3d'][:, :2] / result['joints_3d'][:, 2:] * camera['focal'] + camera['principal_point']
    np.testing.assert_allclose(again, result['joints_2d'], atol=1e-2)
    np.testing.assert_allclose(result['joints_3d'] - camera['translation'], body, atol=1e-5)


def test_axis_angles_are_the_rotations(network):
    from scipy.spatial.transform import Rotation
    turns = Rotation.random(23, random_state=0)
    result = describe([sample(body_pose=torch.from_numpy(turns.as_matrix()).float())], network.body)[0]
    np.testing.assert_allclose(Rotation.from_rotvec(result['smpl']['body_pose']).as_matrix(), turns.as_matrix(), atol=1e-4)
    assert result['smpl']['global_orient'].shape == (3,)


@pytest.mark.parametrize('amputate, extent', [('predicted', [3, 2, 3, 0]), ('off', [3] * 4),
                                              ([1.5, 3, 3, 3], [1.5, 3, 3, 3])])
def test_which_limbs_the_body_is_shown_with(network, amputate, extent):
    result = describe([sample()], network.body, amputate)[0]
    np.testing.assert_allclose(result['limb_extent'], extent)
    np.testing.assert_array_equal(result['joint_present'], ~limbs.missing_joints(np.array(extent, float)))
    assert result['limbs']['right_leg']['limb_class'] == 3, 'the verdict stays what the network said'


def test_a_network_without_limb_classifier(network):
    plain = sample(limb_probs=None, limb_classes=None, limb_extent=None)
    result = describe([plain], network.body)[0]
    assert result['limbs'] is None and result['labels'] is None and result['joint_present'].all()


def test_numbers_that_are_not_finite(network):
    with pytest.raises(UserError, match='not finite .betas.: check its weights'):
        describe([sample(betas=torch.full((10,), float('nan')))], network.body)


@pytest.mark.parametrize('wrong', ['on', [1, 2, 3], [3, 3, 3, 3.5], [-1, 3, 3, 3], [np.nan] * 4, ['a'] * 4, None])
def test_wrong_amputate(wrong):
    with pytest.raises(UserError, match='amputate must'):
        check_amputate(wrong)


def test_json_is_complete_and_without_the_mesh(network):
    content = json.loads(json.dumps(to_json(describe([sample()], network.body)[0]), allow_nan=False))
    assert 'vertices' not in content and len(content['joints_3d']) == 24 and len(content['keypoints_2d']) == 44
    assert content['joint_present'].count(False) == (limbs.missing_joints(np.array([3., 2, 3, 0]))).sum()
    assert content['camera']['principal_point'] == [300, 200]
