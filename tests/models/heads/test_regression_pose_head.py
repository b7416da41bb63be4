"""Direct regression."""
import pytest
import torch

from ajahr_mm.geometry.rotations import matrix_to_sixd
from ajahr_mm.models import RegressionPoseHead


@pytest.mark.parametrize('layout', ['row', 'column'])
def test_starts_at_the_rest_pose_and_reads_its_layout(layout, rotations):
    head = RegressionPoseHead(8, layout)
    assert torch.equal(head(torch.zeros(2, 8)), torch.eye(3).expand(2, 23, 3, 3))
    target = torch.cat([rotations[0], rotations[1, :2]])
    head.pose.bias.data = matrix_to_sixd(target, layout).flatten() - head.init_pose
    torch.testing.assert_close(head(torch.zeros(1, 8))[0], target, atol=1e-5, rtol=1e-5)


def test_amputation_status_does_not_matter():
    head, hidden = RegressionPoseHead(8), torch.randn(2, 8)
    assert torch.equal(head(hidden, torch.tensor([True, False])), head(hidden))
