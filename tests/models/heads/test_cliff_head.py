import pytest
import torch

from ajahr_mm.geometry.rotations import sixd_to_matrix
from ajahr_mm.models import CLIFFHead


def test_three_steps_each_from_the_estimate_so_far():
    head = CLIFFHead(in_dim=9, dim=16, num_joints=24, num_betas=10).eval()
    for layer in (head.pose, head.shape, head.camera):
        torch.nn.init.normal_(layer.weight, std=0.1)
    hidden = torch.randn(2, 9)
    pose, betas, camera = (getattr(head, f'init_{name}').expand(2, -1) for name in ('pose', 'betas', 'camera'))
    for _ in range(3):
        x = head.fc2(head.fc1(torch.cat([hidden, pose, betas, camera], 1)))
        pose, betas, camera = pose + head.pose(x), betas + head.shape(x), camera + head.camera(x)
    out = head(hidden)
    torch.testing.assert_close(out['betas'], betas)
    torch.testing.assert_close(out['camera'], camera)
    matrices = sixd_to_matrix(pose.view(2, 24, 6), 'interleaved')
    torch.testing.assert_close(torch.cat([out['global_orient'][:, None], out['body_pose']], 1), matrices)


@pytest.mark.parametrize('layout', ['interleaved', 'row', 'column'])
def test_a_fresh_head_starts_upright_in_the_rest_pose(layout):
    out = CLIFFHead(in_dim=9, dim=16, layout=layout).eval()(torch.zeros(1, 9))
    torch.testing.assert_close(out['global_orient'][0], torch.diag(torch.tensor([1.0, -1, -1])), atol=0.05, rtol=0)
    torch.testing.assert_close(out['body_pose'][0], torch.eye(3).expand(23, 3, 3), atol=0.05, rtol=0)
    torch.testing.assert_close(out['camera'][0], torch.tensor([0.9, 0, 0]), atol=0.05, rtol=0)


def test_the_joints_of_smplx_leave_the_hands_at_rest():
    head = CLIFFHead(in_dim=9, dim=16, num_joints=22, num_betas=11).eval()
    torch.nn.init.normal_(head.pose.weight)
    out = head(torch.randn(3, 9))
    assert out['body_pose'].shape == (3, 23, 3, 3) and out['betas'].shape == (3, 11)
    assert (out['body_pose'][:, 21:] == torch.eye(3)).all() and not torch.equal(out['body_pose'][0, 20], torch.eye(3))


def test_wrong_joint_counts():
    with pytest.raises(ValueError, match='num_joints=55'):
        CLIFFHead(num_joints=55)
