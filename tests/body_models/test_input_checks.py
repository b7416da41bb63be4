"""Refusals of the body layer, and what it must not refuse or even look at."""
import pytest
import torch

from ajahr_mm.body_models import BodyModel, input_checks
from ajahr_mm.geometry.rotations import axis_angle_to_matrix
from ajahr_mm.io import UserError


@pytest.fixture
def inputs(pose):
    return dict(zip(('global_orient', 'body_pose', 'betas'), pose(2, seed=0)), transl=torch.zeros(2, 3))


@pytest.mark.parametrize('name', ['global_orient', 'body_pose', 'betas', 'transl'])
@pytest.mark.parametrize('bad', [float('nan'), float('inf')])
def test_numbers_that_are_none_are_named(open_body, inputs, name, bad):
    inputs[name] = inputs[name].clone()
    inputs[name].view(-1)[4] = bad
    with pytest.raises(UserError, match=f'{name} holds NaN or infinity'):
        open_body(**inputs)


@pytest.mark.parametrize('name', ['global_orient', 'body_pose'])
@pytest.mark.parametrize('bad', ['scaled', 'mirrored', 'skewed', 'flat', 'ones'])
def test_matrices_that_do_not_rotate_are_refused(open_body, smpl_path, inputs, name, bad):
    matrix = {'scaled': 1.1 * torch.eye(3), 'mirrored': torch.diag(torch.tensor([-1., 1, 1])), 'ones': torch.ones(3, 3),
              'skewed': torch.eye(3) + 0.1 * torch.ones(3, 3), 'flat': torch.diag(torch.tensor([1., 1, 0]))}[bad]
    inputs[name] = inputs[name].clone()
    inputs[name].view(-1, 3, 3)[1] = matrix
    with pytest.raises(UserError, match=f'{name} holds matrices that are no rotations.*accept_any_matrix=True'):
        open_body(**inputs)
    assert torch.isfinite(BodyModel(smpl_path, accept_any_matrix=True)(**inputs).vertices).all()


def test_rotations_and_zero_matrices_pass():
    rotations = axis_angle_to_matrix(3 * torch.randn(500, 3, generator=torch.Generator().manual_seed(0)))
    mixed = torch.cat([rotations, torch.zeros(3, 3, 3)])
    for dtype in (torch.float64, torch.float32, torch.bfloat16, torch.float16):
        input_checks.check_rotations(dict(pose=mixed.to(dtype)), training=False)
    with pytest.raises(UserError, match='pose'):
        input_checks.check_rotations(dict(pose=(1.2 * mixed).bfloat16()), training=False)
    input_checks.check_rotations(dict(pose=torch.zeros(0, 3, 3)), training=False)


def test_inputs_of_an_optimiser_are_not_read(open_body, inputs):
    """A network's output or a variable that is optimised may leave the rotations for a while; its watcher sees the loss."""
    inputs['body_pose'] = (1.1 * inputs['body_pose']).requires_grad_()
    out = open_body(**inputs)
    assert out.vertices.requires_grad


def test_shapes_and_types_are_named(open_body, inputs):
    for name, value, message in (
            ('betas', torch.zeros(2, 9), r'betas has shape \(2, 9\) where \(2, 10\)'),
            ('betas', torch.zeros(2, 10, dtype=torch.long), 'betas must be a tensor of floating point numbers, got torch.int64'),
            ('body_pose', inputs['body_pose'].numpy(), 'body_pose must be a tensor of floating point numbers, got ndarray'),
            ('global_orient', torch.tensor(1.), 'global_orient has shape'), ('transl', [0, 0, 0], 'got list')):
        with pytest.raises(UserError, match=message):
            open_body(**{**inputs, name: value})


def test_a_gpu_is_not_waited_for_in_training_steps(monkeypatch):
    class OnGpu:
        device = torch.device('cuda')

    assert not input_checks.may_read(OnGpu, training=True)
    assert input_checks.may_read(OnGpu, training=False)
    with torch.no_grad():
        assert input_checks.may_read(OnGpu, training=True)
    monkeypatch.setattr(torch.compiler, 'is_compiling', lambda: True)
    assert not input_checks.may_read(torch.zeros(1), training=False)
