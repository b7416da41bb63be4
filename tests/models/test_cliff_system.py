"""CLIFF as a BodyEstimator: it trains on the SMPL layout, and knows where the crop lies in its photograph."""
import numpy as np
import pytest
import torch
from mmengine.optim import OptimWrapper

from ajahr_mm.geometry.boxes import crop_affine

CENTER, SIZE, SHAPE = (200.0, 120.0), 90.0, (240, 320)


@pytest.fixture
def cliff(small_system):
    return small_system(
        limb_classifier=None, image_columns=None, pose_head=None, decoder=dict(type='BoxPooling'),
        backbone=dict(type='CBAMResNet', layers=(1, 1, 1), width=4, in_channels=3, attention=False),
        params_head=dict(type='CLIFFHead', in_dim=19, dim=32, dropout=0.0))


@pytest.fixture
def people(make_samples):
    samples = make_samples(4)
    for sample in samples:
        sample.set_metainfo(dict(img_shape=SHAPE, center=np.array(CENTER), size=SIZE, crop_size=64,
                                 affine=crop_affine(CENTER, SIZE, 64)))
    return samples


def test_it_learns(cliff, people):
    wrapper = OptimWrapper(torch.optim.AdamW(cliff.parameters(), 3e-3))
    crops = [torch.randint(0, 256, (3, 64, 64), dtype=torch.uint8) for _ in people]
    logs = [cliff.train().train_step(dict(inputs=crops, data_samples=people), wrapper)['loss'].item() for _ in range(30)]
    assert np.isfinite(logs).all() and logs[-1] < 0.8 * logs[0]
    sum(cliff(torch.randn(4, 3, 64, 64), people, mode='loss').values()).backward()
    silent = [name for name, parameter in cliff.named_parameters() if parameter.grad is None or not parameter.grad.any()]
    assert silent == []


def test_predictions_carry_the_camera_of_the_photograph(cliff, people):
    image = torch.randn(4, 3, 64, 64)
    people[1].set_metainfo(dict(focal=500.0))
    pred = cliff.eval()(image, people, mode='predict')
    focal = [float(sample.pred.focal) for sample in pred]
    assert focal[0] == pytest.approx(np.hypot(*SHAPE)) and focal[1] == 500
    scale = pred[1].pred.camera[0]
    assert pred[1].pred.translation[2] == pytest.approx(float(2 * 500 / (SIZE * scale)), rel=1e-5)


def test_the_place_of_the_box_changes_the_body(cliff, people):
    torch.nn.init.normal_(cliff.params_head.pose.weight, std=0.3)
    image = torch.randn(1, 3, 64, 64).expand(2, 3, 64, 64)
    people[1].set_metainfo(dict(center=np.array([40.0, 40.0]), affine=crop_affine((40.0, 40.0), SIZE, 64)))
    body = cliff.eval()(image, people[:2])['body_pose']
    assert (body[0] - body[1]).abs().max() > 1e-3


def test_2d_losses_see_what_the_photographs_camera_sees(cliff, people):
    seen = {}
    cliff.losses.register_forward_pre_hook(lambda _, args: seen.update(args[0]))
    cliff.eval()(torch.randn(4, 3, 64, 64), people, mode='loss')
    placed = seen['keypoints_3d'] + seen['translation'][:, None]
    pixels = placed[..., :2] / placed[..., 2:] * seen['focal'][:, None, None] + torch.tensor([SHAPE[1] / 2, SHAPE[0] / 2])
    affine = torch.tensor(crop_affine(CENTER, SIZE, 64), dtype=torch.float32)
    torch.testing.assert_close(seen['keypoints_2d'], pixels @ affine[:, :2].T + affine[:, 2], atol=1e-2, rtol=1e-4)


def test_without_samples_it_says_what_is_missing(cliff):
    with pytest.raises(ValueError, match='the box .B,3. of each crop'):
        cliff(torch.randn(1, 3, 64, 64))
