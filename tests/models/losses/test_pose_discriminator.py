import json
import math
from pathlib import Path

import torch
from torch.nn import functional as F

from ajahr_mm.geometry.rotations import axis_angle_to_matrix
from ajahr_mm.models.losses import PoseDiscriminator

LIST = Path(__file__).parents[2] / 'data' / 'parity' / 'hmr2_full.keys.json'


def test_judgements_are_those_of_the_described_network():
    """Shared 1x1 convolutions over (9,23,1), 23 read-outs, a shape branch, and the flattened channels-first embedding."""
    net, generator = PoseDiscriminator(), torch.Generator().manual_seed(0)
    pose = axis_angle_to_matrix(torch.randn(2, 23, 3, generator=generator))
    betas, p = torch.randn(2, 10, generator=generator), dict(net.named_parameters())
    x = pose.reshape(2, 23, 9).permute(0, 2, 1)[..., None]
    for layer in (0, 2):
        x = F.conv2d(x, p[f'embed.{layer}.weight'][..., None, None], p[f'embed.{layer}.bias']).relu()
    single = torch.stack([x[:, :, j, 0] @ p[f'joints.{j}.weight'][0] + p[f'joints.{j}.bias'] for j in range(23)], 1)
    y, z = betas, x.reshape(2, -1)
    for layer in (0, 2, 4):
        y = F.linear(y if layer == 0 else y.relu(), p[f'shape.{layer}.weight'], p[f'shape.{layer}.bias'])
        z = F.linear(z if layer == 0 else z.relu(), p[f'pose.{layer}.weight'], p[f'pose.{layer}.bias'])
    torch.testing.assert_close(net(pose, betas), torch.cat([single, y, z], 1))


def test_size_and_gradient():
    net = PoseDiscriminator()
    public = [shape for key, shape, _ in json.loads(LIST.read_text()) if key.startswith('discriminator.')]
    assert sum(p.numel() for p in net.parameters()) == sum(math.prod(shape) for shape in public)
    pose = axis_angle_to_matrix(torch.randn(3, 23, 3)).requires_grad_()
    out = net(pose, torch.randn(3, 10))
    assert out.shape == (3, 25)
    out.sum().backward()
    assert (pose.grad.abs().sum((0, 2, 3)) > 0).all()
