"""Tokenizer training."""
import pytest
import torch

from ajahr_mm.registry import MODELS


@pytest.fixture
def build(codec_cfg):
    return lambda **changes: MODELS.build(dict(type='PoseAutoencoder', codec=codec_cfg, body=dict(type='StubBody'),
                                               **changes))


def test_modes(build, rotations):
    model, inputs = build(), dict(body_pose=rotations)
    terms = model(inputs, mode='loss')
    assert set(terms) == {'loss_pose', 'loss_joints', 'loss_vertices', 'loss_commitment', 'perplexity', 'dead_codes'}
    model.eval()
    raw = model(inputs)
    assert raw['indices'].shape == (6, 20)
    samples = model(inputs, mode='predict')
    assert len(samples) == 6 and samples[0].gt.joints.shape == (24, 3)
    torch.testing.assert_close(samples[2].pred.body_pose, raw['body_pose'][2])
    with pytest.raises(ValueError, match="mode 'test'"):
        model(inputs, mode='test')


def test_truth_is_the_neutral_body_in_the_given_pose(build, rotations):
    model = build().eval()
    eye = torch.eye(3).expand(6, 1, 3, 3)
    pose = torch.cat([rotations, eye, eye], 1)
    expected = model.body(eye[:, 0], pose, torch.zeros(6, 10))
    samples = model(dict(body_pose=rotations), mode='predict')
    torch.testing.assert_close(torch.stack([s.gt.joints for s in samples]), expected.joints)
    torch.testing.assert_close(torch.stack([s.gt.vertices for s in samples]), expected.vertices)


def test_without_vertex_weight_no_mesh_is_made(build, rotations):
    model = build(losses=dict(type='PoseReconstructionLosses', vertices=0.0))
    asked = []
    model.body.register_forward_pre_hook(lambda _, args, kwargs: asked.append(kwargs['with_vertices']),
                                         with_kwargs=True)
    assert 'loss_vertices' not in model(dict(body_pose=rotations), mode='loss')
    model(dict(body_pose=rotations), mode='predict')
    assert asked == [False, False, True, True]


@pytest.mark.parametrize('precision', [None, 'bfloat16'])
def test_it_learns_a_handful_of_poses(build, rotations, precision):
    model = build(precision=precision).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    history = []
    for _ in range(80):
        terms = model(dict(body_pose=rotations), mode='loss')
        optimizer.zero_grad()
        sum(value for name, value in terms.items() if 'loss' in name).backward()
        optimizer.step()
        history.append(terms['loss_joints'].item())
    assert sum(history[-5:]) < 0.6 * sum(history[:5])


def test_codebook_follows_by_averages_and_has_no_gradient(build, rotations):
    model = build().train()
    terms = model(dict(body_pose=rotations), mode='loss')
    sum(value for name, value in terms.items() if 'loss' in name).backward()
    assert all(parameter.grad is not None for parameter in model.codec.parameters())
    assert 'codec.quantizer.codebook' in model.state_dict() and model.codec.quantizer.initialised


def test_unknown_precision_is_refused(build):
    with pytest.raises(ValueError, match="precision 'int4'"):
        build(precision='int4')


def test_noise_reaches_the_encoder_in_training_only_and_never_the_target(build, rotations):
    model, seen = build(noise=dict(scales=[0.5], share=1.0)).train(), []
    model.codec.register_forward_pre_hook(lambda _, args: seen.append(args[0]))
    true = model.pose_body(rotations).joints
    model.losses.register_forward_pre_hook(lambda _, args: torch.testing.assert_close(args[3], true))
    model(dict(body_pose=rotations), mode='loss')
    model(dict(body_pose=rotations))
    model.eval()(dict(body_pose=rotations), mode='loss')
    assert [torch.equal(pose, rotations) for pose in seen] == [False, True, True] and model.noise.calls == 1


def test_a_codebook_that_learns_by_its_term(build, rotations, codec_cfg):
    model = MODELS.build(dict(type='PoseAutoencoder', codec=dict(codec_cfg, learning='gradient'),
                              body=dict(type='StubBody'))).train()
    terms = model(dict(body_pose=rotations), mode='loss')
    assert terms['loss_codebook'] > 0
    sum(value for name, value in terms.items() if 'loss' in name).backward()
    assert model.codec.quantizer.codebook.grad.any()


def test_area_weights_come_from_the_body(rotations, codec_cfg):
    losses = dict(type='PoseReconstructionLosses', vertex_weighting='area')
    body = dict(type='BodyModel', source='open')
    model = MODELS.build(dict(type='PoseAutoencoder', codec=codec_cfg, body=body, losses=losses))
    assert model.vertex_weight.shape == (model.body.num_vertices,) and 'vertex_weight' not in model.state_dict()
    assert model(dict(body_pose=rotations), mode='loss')['loss_vertices'].isfinite()
    with pytest.raises(ValueError, match='whole body'):
        MODELS.build(dict(type='PoseAutoencoder', codec=codec_cfg, body=dict(body, vertex_ids=[0, 1]), losses=losses))
