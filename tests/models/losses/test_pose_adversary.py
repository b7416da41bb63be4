"""The adversary: what it asks of both sides, and that one optimiser trains them as two would in turn."""
import copy

import numpy as np
import pytest
import torch

from ajahr_mm.geometry.rotations import axis_angle_to_matrix, sixd_to_matrix
from ajahr_mm.io.errors import UserError
from ajahr_mm.models import PoseAdversary

SMALL = dict(type='PoseDiscriminator', joint_width=4, pose_width=8)


@pytest.fixture
def real(tmp_path):
    rng = np.random.default_rng(0)
    columns = dict(body_pose=rng.normal(0, 0.3, (40, 69)).astype(np.float32),
                   betas=rng.normal(0, 1, (40, 10)).astype(np.float32))
    np.savez(tmp_path / 'real.npz', **columns)
    return tmp_path / 'real.npz', columns


@pytest.fixture
def adversary(real):
    return PoseAdversary(str(real[0]), weight=0.1, discriminator=SMALL)


@pytest.fixture
def pred():
    return dict(body_pose=axis_angle_to_matrix(torch.randn(5, 23, 3)), betas=torch.randn(5, 10))


def test_terms_are_those_of_hmr2(adversary, pred):
    judge, real = adversary.discriminator, copy.deepcopy(adversary).draw(10)
    terms = adversary(pred)
    fake, true = judge(pred['body_pose'], pred['betas']), judge(*real)
    assert fake.shape == (5, 25) and true.shape == (10, 25)
    torch.testing.assert_close(terms['loss_adversarial'], 0.1 * (fake - 1).square().sum() / 5)
    # Twice as many real bodies, divided by the number of predicted ones.
    torch.testing.assert_close(terms['loss_discriminator'], 0.1 * (fake.square().sum() + (true - 1).square().sum()) / 5)


def test_each_side_gets_its_own_gradient_only(adversary, pred):
    for value in pred.values():
        value.requires_grad_()
    terms, parameters = adversary(pred), list(adversary.parameters())
    to_judge = torch.autograd.grad(terms['loss_adversarial'], parameters, allow_unused=True, retain_graph=True)
    to_pred = torch.autograd.grad(terms['loss_discriminator'], list(pred.values()), allow_unused=True, retain_graph=True)
    assert all(gradient is None for gradient in (*to_judge, *to_pred))
    assert all(g.any() for g in torch.autograd.grad(terms['loss_adversarial'], list(pred.values()), retain_graph=True))
    assert all(g.any() for g in torch.autograd.grad(terms['loss_discriminator'], parameters))


class Generator(torch.nn.Linear):
    def __init__(self):
        super().__init__(6, 23 * 6 + 10)

    def forward(self, noise):
        out = super().forward(noise)
        return dict(body_pose=sixd_to_matrix(out[:, :138].unflatten(1, (23, 6))), betas=out[:, 138:])


def test_one_optimiser_takes_the_steps_of_two_that_alternate(adversary):
    together, apart = (Generator(), adversary), None
    apart = copy.deepcopy(together)
    one = torch.optim.AdamW([p for part in together for p in part.parameters()], 1e-2)
    two = [torch.optim.AdamW(part.parameters(), 1e-2) for part in apart]
    for noise in torch.randn(4, 5, 6):
        one.zero_grad()
        sum(together[1](together[0](noise)).values()).backward()
        one.step()

        # The usual way: generator first, then the discriminator on detached predictions.
        generator, (judge, rival) = apart[0], (apart[1].discriminator, apart[1])
        pred = generator(noise)
        loss = 0.1 * (judge(**pred) - 1).square().sum() / 5
        two[0].zero_grad()
        loss.backward()
        two[0].step()
        real = rival.draw(10)
        loss = 0.1 * (judge(*(value.detach() for value in pred.values())).square().sum()
                      + (judge(*real) - 1).square().sum()) / 5
        two[1].zero_grad()
        loss.backward()
        two[1].step()
    for part, twin in zip(together, apart):
        for name, value in part.state_dict().items():
            torch.testing.assert_close(value, twin.state_dict()[name], atol=1e-7, rtol=1e-5, msg=name)


def test_real_bodies_come_from_the_file_and_the_draw_from_the_state(adversary, real):
    poses = axis_angle_to_matrix(torch.from_numpy(real[1]['body_pose']).unflatten(1, (23, 3)))
    rotations, betas = adversary.draw(30)
    rows = [int((torch.from_numpy(real[1]['betas']) == row).all(1).nonzero()) for row in betas]
    torch.testing.assert_close(rotations, poses[rows])
    assert len(set(rows)) > 10
    twin = PoseAdversary(str(real[0]), discriminator=SMALL)
    twin.load_state_dict(adversary.state_dict())
    again = adversary.draw(30)
    assert torch.equal(twin.draw(30)[1], again[1]) and not torch.equal(again[1], betas)
    assert 'real_pose' not in adversary.state_dict()  # other people's motion capture stays out of checkpoints


def test_poses_with_the_root_are_taken_too(real, tmp_path):
    root = np.full((40, 3), 9, np.float32)
    np.savez(tmp_path / 'cmu.npz', body_pose=np.concatenate([root, real[1]['body_pose']], 1), betas=real[1]['betas'])
    adversary = PoseAdversary(str(tmp_path / 'cmu.npz'), discriminator=SMALL)
    assert torch.equal(adversary.real_pose, torch.from_numpy(real[1]['body_pose']))


def test_unfit_files_are_refused(tmp_path):
    np.savez(tmp_path / 'a.npz', body_pose=np.zeros((4, 69)))
    with pytest.raises(UserError, match='lacks the columns betas'):
        PoseAdversary(str(tmp_path / 'a.npz'))
    np.savez(tmp_path / 'b.npz', body_pose=np.zeros((4, 63)), betas=np.zeros((4, 10)))
    with pytest.raises(UserError, match=r'expected \(N,69\) or'):
        PoseAdversary(str(tmp_path / 'b.npz'))
    with pytest.raises(UserError, match='missing'):
        PoseAdversary(str(tmp_path / 'missing.npz'))
