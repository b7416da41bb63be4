"""BPAC-Net: inputs, shapes, loss, prediction."""
import pytest
import torch

from ajahr_mm.geometry.heatmaps import gaussian_heatmaps
from ajahr_mm.models import BPACNet

BACKBONE = dict(type='CBAMResNet', layers=(1, 1), width=4)


def net(**changes):
    return BPACNet(BACKBONE, **{**dict(token_dim=24), **changes}).eval()


@pytest.fixture
def batch():
    return torch.randn(2, 3, 256, 256), torch.cat([256 * torch.rand(2, 12, 2), torch.ones(2, 12, 1)], -1)


def test_default_has_the_size_of_the_release():
    with torch.device('meta'):
        full = BPACNet(dict(type='CBAMResNet'))
    assert round(sum(p.numel() for p in full.parameters()) / 1e6, 2) == 22.15  # release facts 3
    assert full.projection.weight.shape == (1280, 512) and [h.weight.shape for h in full.heads] == [(4, 512)] * 4


@pytest.mark.parametrize('inputs, channels', [('both', 15), ('image', 3), ('keypoints', 12)])
@pytest.mark.parametrize('size', [256, 64])
def test_shapes_and_inputs(batch, inputs, channels, size):
    image, keypoints = batch
    model = net(inputs=inputs, image_size=size)
    assert model.assemble(image, keypoints).shape == (2, channels, size, size)
    out = model(image, keypoints)
    assert out['logits'].shape == (2, 4, 4) and out['token'].shape == (2, 1, 24)
    other_image, other_points = model(image + 1, keypoints)['logits'], model(image, keypoints / 2)['logits']
    assert torch.equal(other_image, out['logits']) == (inputs == 'keypoints')
    assert torch.equal(other_points, out['logits']) == (inputs == 'image')


def test_image_first_then_heat_maps_at_the_resized_place(batch):
    image, keypoints = batch
    x = net(image_size=64, sigma=1.5).assemble(image, keypoints)
    torch.testing.assert_close(x[:, :3], image.unflatten(2, (64, 4)).unflatten(-1, (64, 4)).mean((3, 5)))
    torch.testing.assert_close(x[:, 3:], gaussian_heatmaps(keypoints / 4, 64, 1.5, 64), atol=1e-5, rtol=1e-5)


def test_undetected_keypoints_draw_nothing_unless_the_releases_way_is_asked(batch):
    image, keypoints = batch
    keypoints[0, 4] = 0.0
    keypoints[1, 2, 2] = 0.1
    own, release = net().assemble(image, keypoints), net(ignore_confidence=True).assemble(image, keypoints)
    assert own[0, 3 + 4].eq(0).all() and release[0, 3 + 4, 0, 0] == 1
    own[0, 3 + 4] = release[0, 3 + 4]
    assert torch.equal(own, release)  # a low but positive confidence does not dim the blob in either


def test_loss_weight_and_accuracy(batch):
    model, logits, classes = net(loss_weight=0.5), torch.randn(3, 4, 4), torch.tensor([[0, 1, 2, 3]] * 3)
    logits[0] = 10 * torch.eye(4)
    has = torch.tensor([1.0, 0.0, 0.0])
    out = model.loss(logits, classes, has)
    expected = 0.5 * 4 * -torch.log_softmax(torch.tensor([10.0, 0, 0, 0]), 0)[0]
    assert out['loss_limbs'].item() == pytest.approx(expected.item(), rel=1e-4) and out['limb_accuracy'] == 1
    weighted = net(loss_weight=1.0, class_weight=(1, 1, 1, 0)).loss(logits[:1], classes[:1])
    assert weighted['loss_limbs'].item() == pytest.approx(3 * expected.item() / 2, rel=1e-4)


def test_predict_is_the_softmax_and_its_argmax():
    logits = torch.randn(3, 4, 4, dtype=torch.bfloat16)
    out = BPACNet.predict(logits)
    torch.testing.assert_close(out['limb_probs'].sum(-1), torch.ones(3, 4))
    assert torch.equal(out['limb_classes'], logits.argmax(-1)) and out['limb_classes'].dtype == torch.int64


def test_wrong_inputs_are_refused(batch):
    with pytest.raises(ValueError, match="inputs 'depth'"):
        net(inputs='depth')
    with pytest.raises(ValueError, match=r'needs keypoints \(B,12,3\)'):
        net()(batch[0])


def test_gain_scales_the_heat_maps_only(batch):
    image, keypoints = batch
    plain, loud = net().assemble(image, keypoints), net(heatmap_gain=8.0).assemble(image, keypoints)
    assert torch.equal(loud[:, :3], plain[:, :3])
    torch.testing.assert_close(loud[:, 3:], 8 * plain[:, 3:])


def test_a_kept_grid_knows_where_things_are(batch):
    image, keypoints = batch
    shifted = image.roll((64, 64), (2, 3))
    averaged, kept = net(image_size=64, inputs='image'), net(image_size=64, inputs='image', grid=(8, 8))
    assert kept.heads[0].in_features == 64 * averaged.heads[0].in_features and kept.projection.in_features == 64 * 8
    assert kept(image, keypoints)['token'].shape == (2, 1, 24)
    difference = [(model(image)['logits'] - model(shifted)['logits']).abs().max() for model in (averaged, kept)]
    assert difference[1] > 3 * difference[0]


@pytest.mark.parametrize('backbone', [dict(type='mmpretrain.ResNet', depth=18), dict(type='mmpretrain.MobileNetV3'),
                                      dict(type='mmpretrain.ConvNeXt', arch='atto', drop_path_rate=0.0)])
def test_any_backbone_of_mmpretrain(batch, backbone):
    pytest.importorskip('mmpretrain')
    image, keypoints = batch
    model = BPACNet(backbone, token_dim=24, image_size=64).train()
    out = model(image, keypoints)
    assert out['logits'].shape == (2, 4, 4) and out['token'].shape == (2, 1, 24)
    (out['logits'].square().sum() + out['token'].square().sum()).backward()
    stem = next(m for m in model.modules() if isinstance(m, torch.nn.Conv2d))
    assert stem.in_channels == 15 and (stem.weight.grad.abs().sum((0, 2, 3)) > 0).all()


def test_it_starts_from_a_resnet_for_rgb(tmp_path):
    from mmengine.registry import DefaultScope

    from ajahr_mm.models import CBAMResNet
    from ajahr_mm.registry import register_all
    register_all(init_default_scope=False)
    plain = CBAMResNet((1, 1), 4, 3, attention=False)
    torch.save(plain.state_dict(), tmp_path / 'resnet.pth')
    start = dict(type='Pretrained', checkpoint=str(tmp_path / 'resnet.pth'), strict=False)
    with DefaultScope.overwrite_default_scope('ajahr_mm'):
        model = BPACNet(dict(BACKBONE, init_cfg=start), token_dim=24)
        model.init_weights()
    stem = model.backbone.conv1.weight
    assert torch.equal(stem[:, :3], plain.conv1.weight)
    assert torch.equal(stem[:, 3:], plain.conv1.weight.mean(1, keepdim=True).expand(-1, 12, -1, -1))
    assert torch.equal(model.backbone.layer2[0].conv2.weight, plain.layer2[0].conv2.weight)


def test_without_a_token_nothing_idles(batch):
    model = BPACNet(BACKBONE, token_dim=None).train()
    out = model(*batch)
    assert set(out) == {'logits'}
    model.loss(out['logits'], torch.tensor([[0, 1, 2, 3]] * 2))['loss_limbs'].backward()
    assert all(parameter.grad is not None for parameter in model.parameters())


def person(classes, hidden, generator):
    """A crop (3,32,32) with four bars for limbs, and its keypoints (12,3): a hidden limb lies behind a white box."""
    image, keypoints = 0.1 * torch.randn(3, 32, 32, generator=generator), torch.zeros(12, 3)
    for limb, (lost, behind) in enumerate(zip(classes, hidden)):
        x, top = 4 + 8 * limb, 6
        for joint in range(3):
            there = joint < 3 - lost
            if there:
                image[:, top + 7 * joint:top + 7 * joint + 7, x - 1:x + 2] = 1.0
            if there and not behind:
                keypoints[(limb // 2) * 6 + joint * 2 + limb % 2] = torch.tensor([float(x), top + 7.0 * joint + 3, 1.0])
        if behind:
            image[0, 3:28, x - 3:x + 4] = 2.0
            image[1:, 3:28, x - 3:x + 4] = -1.0
    return image, keypoints


def people(count, seed):
    """Limbs are intact and seen, intact and hidden, or gone from the elbow or knee: the last two lack keypoints alike."""
    generator = torch.Generator().manual_seed(seed)
    state = torch.randint(0, 3, (count, 4), generator=generator)
    classes, hidden = 2 * (state == 2), state == 1
    images, keypoints = zip(*[person(c.tolist(), h.tolist(), generator) for c, h in zip(classes, hidden)])
    return torch.stack(images), torch.stack(keypoints), classes, hidden


def test_occluded_limbs_can_be_told_from_lost_ones():
    torch.manual_seed(0)
    model = BPACNet(dict(type='CBAMResNet', layers=(1, 1), width=16, stem='patch'), token_dim=None, image_size=32,
                    crop_size=32, sigma=1.5, grid=(4, 4), loss_weight=1.0).train()
    images, keypoints, classes, _ = people(256, 0)
    optimizer = torch.optim.AdamW(model.parameters(), 3e-3)
    for step in range(60):
        rows = torch.arange(32) + 32 * (step % 8)
        loss = model.loss(model(images[rows], keypoints[rows])['logits'], classes[rows])['loss_limbs']
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    images, keypoints, classes, hidden = people(64, 1)
    verdict = model.eval().predict(model(images, keypoints)['logits'])['limb_classes']
    assert (verdict[hidden] == 0).float().mean() > 0.9 and (verdict[classes == 2] == 2).float().mean() > 0.9
