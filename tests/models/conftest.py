"""A body of 24 points, labelled samples, and a system small enough for every test."""
from types import SimpleNamespace

import pytest
import torch
from mmengine.registry import DefaultScope
from mmengine.structures import BaseDataElement
from torch import nn

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.skeleton import PARENTS
from ajahr_mm.geometry.rotations import axis_angle_to_matrix
from ajahr_mm.registry import BODY_MODELS, MODELS
from ajahr_mm.structures import BodySample

CODEC = dict(num_tokens=20, code_dim=16, num_codes=32, width=16)


@BODY_MODELS.register_module(force=True)
class StubBody(nn.Module):
    """A stick figure: forward kinematics over fixed offsets, lost joints collapse onto their parent."""

    num_betas = 10

    def __init__(self):
        super().__init__()
        generator = torch.Generator().manual_seed(0)
        self.register_buffer('offsets', 0.2 * torch.randn(24, 3, generator=generator), persistent=False)

    def forward(self, global_orient, body_pose, betas, transl=None, limb_extent=None, amputation='collapse',
                with_vertices=True):
        rotations = torch.cat([global_orient[:, None], body_pose], 1)
        if limb_extent is not None:
            rotations = rotations * ~limbs.missing_joints(limb_extent)[..., None, None]
        world, joints = [rotations[:, 0]], [torch.zeros_like(betas[:, :3])]
        size = 1 + 0.1 * betas[:, :1]
        for joint in range(1, 24):
            parent = PARENTS[joint]
            joints.append(joints[parent] + (world[parent] @ self.offsets[joint]) * size)
            world.append(world[parent] @ rotations[:, joint])
        joints = torch.stack(joints, 1)
        keypoints = torch.cat([joints, joints[:, :20]], 1)
        return SimpleNamespace(joints=joints, keypoints=keypoints, vertices=keypoints if with_vertices else None)


def make_samples(batch, seed=0, classes=None):
    """Samples with random poses; ``classes`` (B,4) or every second person without the left hand."""
    generator = torch.Generator().manual_seed(seed)
    samples = []
    for i in range(batch):
        limb_classes = torch.as_tensor(classes[i] if classes is not None else [i % 2, 0, 0, 0])
        gt = dict(global_orient=axis_angle_to_matrix(torch.tensor([3.0, 0.1, 0.2])),
                  body_pose=axis_angle_to_matrix(0.3 * torch.randn(23, 3, generator=generator)),
                  betas=torch.randn(10, generator=generator), has_pose=torch.tensor(1.0), has_betas=torch.tensor(1.0),
                  keypoints_2d=torch.cat([256 * torch.rand(44, 2, generator=generator), torch.ones(44, 1)], 1),
                  keypoints_3d=torch.cat([torch.randn(44, 3, generator=generator), torch.ones(44, 1)], 1),
                  has_limbs=torch.tensor(1.0), limb_extent=limbs.classes_to_extent(limb_classes),
                  limb_classes=limb_classes,
                  input_keypoints=torch.cat([256 * torch.rand(12, 2, generator=generator), torch.ones(12, 1)], 1))
        sample = BodySample(metainfo=dict(sample_id=str(i)))
        sample.gt = BaseDataElement(**gt)
        samples.append(sample)
    return samples


def small_system(**changes):
    """Config of an AJAHR of toy size on 64 px crops."""
    return {**dict(
        type='BodyEstimator', crop_size=64, image_columns=(8, 56),
        backbone=dict(type='HybridBackbone', dim=24, depth=1, heads=2, grid=(4, 3),
                      trunk=dict(type='CBAMResNet', layers=(1, 1, 1), width=4, in_channels=3, attention=False)),
        limb_classifier=dict(type='BPACNet', token_dim=24, image_size=64, crop_size=64,
                             backbone=dict(type='CBAMResNet', layers=(1, 1), width=4)),
        decoder=dict(type='TwoPathDecoder', dim=32, depth=2, heads=2, dim_head=8, mlp_dim=32, context_dim=24),
        pose_head=dict(type='SwitchingTokenHead', dim=32, width=8, num_blocks=1, token_width=8, channel_width=8,
                       amputee=CODEC, intact=CODEC),
        params_head=dict(type='BodyParamsHead', dim=32), body=dict(type='StubBody'),
        losses=dict(type='BodyLosses')), **changes}


@pytest.fixture
def samples():
    return make_samples(4)


@pytest.fixture(name='make_samples')
def make_samples_fixture():
    """``make_samples(batch, seed=0, classes=None)``."""
    return make_samples


@pytest.fixture(name='small_system')
def small_system_fixture():
    """``small_system(**changes)`` -> built estimator on 64 px crops."""
    return lambda **changes: MODELS.build(small_system(**changes))


@pytest.fixture
def codec_cfg():
    return dict(type='VQPoseCodec', **CODEC)


@pytest.fixture
def rotations():
    """(6,21,3,3) random rotations."""
    return axis_angle_to_matrix(0.5 * torch.randn(6, 21, 3, generator=torch.Generator().manual_seed(1)))


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


@pytest.fixture(autouse=True, scope='session')
def _scope():
    """mmengine builds by bare names in the default scope."""
    with DefaultScope.overwrite_default_scope('ajahr_mm'):
        yield
