"""The road of one batch through the estimator."""
import pytest
import torch

from ajahr_mm.anatomy.keypoints import missing_keypoints
from ajahr_mm.geometry.cameras import project_to_crop
from ajahr_mm.registry import MODELS
from ajahr_mm.structures import BodySample


@pytest.fixture
def images():
    return torch.randn(4, 3, 64, 64)


@pytest.fixture
def baseline_parts():
    return dict(limb_classifier=None, pose_head=dict(type='RegressionPoseHead', dim=32))


def test_modes(small_system, samples, images):
    model = small_system()
    terms = model(images, samples, mode='loss')
    assert set(terms) == {'loss_pose', 'loss_betas', 'loss_keypoints_3d', 'loss_keypoints_2d', 'loss_limbs',
                          'limb_accuracy'}
    assert all(value.isfinite() and value.dtype == torch.float32 for value in terms.values())
    raw = model.eval()(images, samples)
    assert raw['body_pose'].shape == (4, 23, 3, 3) and raw['limb_logits'].shape == (4, 4, 4)
    out = model(images, samples, mode='predict')
    assert out[1] is samples[1]
    pred = {name: tuple(value.shape) for name, value in out[1].pred.items()}
    assert pred == dict(global_orient=(3, 3), body_pose=(23, 3, 3), betas=(10,), camera=(3,), limb_probs=(4, 4),
                        limb_classes=(4,), limb_extent=(4,))
    assert torch.equal(out[1].pred.limb_extent, 3.0 - out[1].pred.limb_classes)
    assert not any(value.requires_grad for value in out[1].pred.values())
    torch.testing.assert_close(BodySample.stack(out, 'pred')['betas'], raw['betas'])
    with pytest.raises(ValueError, match="mode 'train'"):
        model(images, samples, mode='train')


def test_without_limb_classifier_there_are_no_limb_outputs(small_system, samples, images, baseline_parts):
    model = small_system(**baseline_parts)
    assert 'loss_limbs' not in model(images, samples, mode='loss')
    pred = model.eval()(images, samples, mode='predict')[0].pred
    assert not [name for name in pred.keys() if name.startswith('limb')]
    assert torch.equal(model(images)['betas'], model(images, samples)['betas'])  # needs no keypoints at all


def test_the_backbone_sees_its_columns_and_the_classifier_the_whole_crop(small_system, samples, images):
    model, seen = small_system(image_columns=(8, 56)), {}
    model.backbone.register_forward_pre_hook(lambda _, args: seen.update(backbone=args[0]))
    model.limb_classifier.register_forward_pre_hook(lambda _, args: seen.update(limbs=args[0]))
    model(images, samples)
    assert torch.equal(seen['backbone'], images[..., 8:56]) and torch.equal(seen['limbs'], images)


@pytest.mark.parametrize('train_switch', ['gt', 'predicted'])
def test_who_throws_the_switch(small_system, make_samples, images, train_switch):
    samples = make_samples(4, classes=[[0, 0, 0, 0], [0, 2, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0]])
    samples[3].gt.has_limbs.fill_(0)  # unlabelled: the prediction decides, whatever its classes say
    model, seen = small_system(train_switch=train_switch), []
    bias = torch.tensor([0.0, 9, 0, 0]) if train_switch == 'gt' else torch.tensor([9.0, 0, 0, 0])
    for head in model.limb_classifier.heads:
        head.weight.data.zero_()
        head.bias.data.copy_(bias)  # predicts everybody amputee ('gt') or everybody intact ('predicted')
    model.pose_head.register_forward_pre_hook(lambda _, args: seen.append(args[1].tolist()))
    model(images, samples, mode='loss')
    model.eval()(images, samples, mode='predict')
    expected = [False, True, False, True] if train_switch == 'gt' else [False] * 4
    assert seen == [expected, [train_switch == 'gt'] * 4]


def test_losses_see_the_body_with_the_limbs_of_the_labels(small_system, samples, images):
    model, seen = small_system().eval(), {}
    model.losses.register_forward_pre_hook(lambda _, args: seen.update(pred=args[0], gt=args[1], crop=args[2]))
    model(images, samples, mode='loss')
    pred, gt = seen['pred'], seen['gt']
    whole = model.body(pred['global_orient'], pred['body_pose'], pred['betas'])
    same = (pred['keypoints_3d'] - whole.keypoints).abs().amax((1, 2)) < 1e-6
    assert same.tolist() == [True, False, True, False]  # every second person misses the left hand
    assert gt['limb_extent'][1].tolist() == [2, 3, 3, 3] and seen['crop'] == 64
    torch.testing.assert_close(pred['keypoints_2d'], project_to_crop(pred['keypoints_3d'], pred['camera'], 64))


def test_every_trainable_parameter_learns_and_the_tokenizers_do_not(small_system, samples, images):
    model = small_system()
    terms = model(images, samples, mode='loss')
    sum(value for name, value in terms.items() if 'loss' in name).backward()
    silent = [name for name, value in model.named_parameters() if value.grad is None or not value.grad.any()]
    codecs = [name for name in silent if name.startswith(('pose_head.codec.', 'pose_head.intact_codec.'))]
    # The query's weight multiplies the number zero.
    assert set(silent) - set(codecs) == {'decoder.token_embedding.weight'}
    assert len(codecs) == sum(len(list(codec.parameters())) for codec in model.pose_head.codecs)


def test_limb_loss_trains_the_classifier_and_the_body_losses_reach_it_through_the_token(small_system, samples, images):
    model = small_system()
    body = [v for k, v in model(images, samples, mode='loss').items() if 'loss' in k and k != 'loss_limbs']
    sum(body).backward()
    assert model.limb_classifier.projection.weight.grad.any() and model.limb_classifier.backbone.conv1.weight.grad.any()
    assert not any(p.grad is not None and p.grad.any() for p in model.limb_classifier.heads.parameters())


def test_trainable_patterns_never_thaw_a_tokenizer(small_system):
    model = small_system(trainable=['pose_head.*', 'decoder.layers.1.*'])
    thawed = {name for name, parameter in model.named_parameters() if parameter.requires_grad}
    assert any(name.startswith('pose_head.bridge') for name in thawed)
    assert not any('codec' in name or name.startswith(('backbone', 'limb_classifier', 'decoder.layers.0'))
                   for name in thawed)
    model.train()
    assert not model.backbone.training and not model.pose_head.codec.training and model.pose_head.bridge.training


def test_bfloat16_networks_give_float32_bodies_near_the_float32_ones(small_system, samples, images):
    model = small_system().eval()
    expected = model(images, samples)
    model.precision = 'bfloat16'
    out = model(images, samples)
    assert {value.dtype for value in out.values()} == {torch.float32, torch.int64}
    assert 0 < (out['limb_logits'] - expected['limb_logits']).abs().max() < 0.2
    orthonormal = out['body_pose'] @ out['body_pose'].mT
    torch.testing.assert_close(orthonormal, torch.eye(3).expand_as(orthonormal), atol=1e-5, rtol=0)


def test_one_step_under_mmengines_protocol_is_repeatable(small_system, make_samples):
    from mmengine.optim import OptimWrapper

    def step():
        torch.manual_seed(3)
        model = small_system().train()
        wrapper = OptimWrapper(torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], 1e-3))
        crops = [torch.randint(0, 256, (3, 64, 64), dtype=torch.uint8) for _ in range(4)]
        log = model.train_step(dict(inputs=crops, data_samples=make_samples(4)), wrapper)
        return log['loss'], model.state_dict()

    (first, a), (second, b) = step(), step()
    assert first == second and all(torch.equal(a[name], b[name]) for name in a)


def test_checkpoints_hold_the_networks_and_round_trip(small_system, samples, images):
    source, target = small_system().eval(), small_system().eval()
    target.load_state_dict(source.state_dict())
    assert torch.equal(source(images, samples)['body_pose'], target(images, samples)['body_pose'])


def test_third_partys_head_is_checked(small_system, samples, images):
    from ajahr_mm.models import PoseHead

    @MODELS.register_module(force=True)
    class HalfPoseHead(PoseHead):
        def forward(self, hidden, is_amputee=None):
            return torch.eye(3).expand(len(hidden), 11, 3, 3)

    model = small_system(pose_head=dict(type='HalfPoseHead'))
    with pytest.raises(ValueError, match=r'must return \(B,23,3,3\), not \(4, 11, 3, 3\)'):
        model(images, samples)


def test_labels_may_throw_the_switch_at_prediction_too(small_system, make_samples, images):
    samples = make_samples(4, classes=[[0, 0, 0, 0], [0, 2, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0]])
    samples[3].gt.has_limbs.fill_(0)
    seen = []
    for changes in (dict(), dict(limb_classifier=None)):
        model = small_system(test_switch='gt', **changes).eval()
        for head in model.limb_classifier.heads if model.limb_classifier else ():
            head.weight.data.zero_()
            head.bias.data.copy_(torch.tensor([0.0, 9, 0, 0]))  # predicts everybody amputee
        model.pose_head.register_forward_pre_hook(lambda _, args: seen.append(args[1].tolist()))
        model(images, samples, mode='predict')
    # Without labels the verdict decides, and without a verdict people count as intact.
    assert seen == [[False, True, False, True], [False, True, False, False]]


def test_each_sample_goes_through_one_tokenizer_only(small_system, make_samples, images):
    model, rows = small_system(), []
    samples = make_samples(4, classes=[[0, 0, 0, 0], [0, 2, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    for name in ('codec', 'intact_codec'):
        getattr(model.pose_head, name).decoder.register_forward_pre_hook(
            lambda _, args, name=name: rows.append((name, len(args[0]))))
    model(images, samples, mode='loss')
    assert rows == [('codec', 1), ('intact_codec', 3)]


def test_samples_do_not_see_each_other(small_system, samples, images):
    model = small_system().eval()
    together = model(images, samples)
    changed = images.clone()
    changed[2] += 1
    other = model(changed, samples)
    for name, value in together.items():
        if value.is_floating_point():
            difference = (other[name] - value).abs().flatten(1).amax(1)
            assert difference[[0, 1, 3]].max() < 1e-5, name
    assert not torch.equal(other['body_pose'][2], together['body_pose'][2])


def test_losses_are_told_which_dataset_a_sample_is_from(small_system, samples, images):
    model, seen = small_system(), []
    samples[2].set_metainfo(dict(dataset_name='a3d'))
    model.losses.register_forward_pre_hook(lambda _, args: seen.append(args[1]['dataset_names']))
    model(images, samples, mode='loss')
    assert seen == [['', '', 'a3d', '']]


def test_absent_points_pull_in_3d_and_not_in_2d(small_system, make_samples, images):
    samples = make_samples(4, classes=[[0, 2, 0, 0]] * 4)
    model, held = small_system(), {}
    absent = missing_keypoints(samples[0].gt.limb_extent)
    for sample in samples:
        sample.gt.keypoints_2d[absent] = 0

    def hold(_, args):
        for name in ('keypoints_3d', 'keypoints_2d'):
            args[0][name].retain_grad()
            held[name] = args[0][name]

    model.losses.register_forward_pre_hook(hold)
    terms = model(images, samples, mode='loss')
    terms['loss_keypoints_2d'].backward(retain_graph=True)
    assert held['keypoints_2d'].grad[:, absent].eq(0).all() and held['keypoints_2d'].grad[:, ~absent].ne(0).any()
    held['keypoints_3d'].grad = None
    terms['loss_keypoints_3d'].backward()
    assert held['keypoints_3d'].grad[:, absent].abs().sum(-1).gt(0).all()


@pytest.mark.parametrize('wrong', [dict(train_switch='random'), dict(test_switch='coin'), dict(precision='int8')])
def test_unknown_words_are_refused(small_system, wrong):
    with pytest.raises(ValueError, match=next(iter(wrong.values()))):
        small_system(**wrong)
