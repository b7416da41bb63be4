"""What is trained: full and partial fine-tuning (paper Table B, Supp. F), mixed precision, several processes."""
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.optim import build_optim_wrapper

from ajahr_mm.io.errors import UserError

VIT = dict(type='ViTBackbone', img_size=(64, 48), drop_path_rate=0.3, patch_padding=0,
           arch=dict(embed_dims=24, num_layers=6, num_heads=2, feedforward_channels=32))
DECODER = dict(type='TwoPathDecoder', dim=32, depth=4, heads=2, dim_head=8, mlp_dim=32, context_dim=24)
#: Supp. F: the last four ViT blocks, patch and position embedding, the last two decoder blocks, and what is new.
PARTIAL = ['backbone.vit.layers.[2345].*', 'backbone.vit.patch_embed.*', 'backbone.vit.pos_embed', 'decoder.layers.[23].*',
           'limb_classifier.*', 'pose_head.*', 'params_head.*']


@pytest.fixture
def batch(make_samples):
    return dict(inputs=[torch.randint(0, 256, (3, 64, 64), dtype=torch.uint8) for _ in range(4)],
                data_samples=make_samples(4))


@pytest.fixture
def vit_system(small_system):
    pytest.importorskip('mmpretrain')
    return lambda **changes: small_system(backbone=VIT, decoder=DECODER, **changes)


def changes_of_a_step(model, batch, steps=1):
    """Names of the state that moved, of all that is in the model's state."""
    wrapper = build_optim_wrapper(model, dict(optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.1)))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    for _ in range(steps):
        model.train()
        model.train_step(batch, wrapper)
    return {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}, set(before)


def test_partial_fine_tuning_moves_what_the_paper_names(vit_system, batch):
    moved, everything = changes_of_a_step(vit_system(trainable=PARTIAL), batch, 3)
    parts = {name: {key.split('.')[depth] for key in moved if key.startswith(name)}
             for name, depth in (('backbone.vit.layers', 3), ('decoder.layers', 2))}
    assert parts == {'backbone.vit.layers': set('2345'), 'decoder.layers': set('23')}
    assert {'backbone.vit.pos_embed', 'backbone.vit.patch_embed.projection.weight'} <= moved
    frozen = ('backbone.vit.ln1', 'decoder.pos', 'decoder.token')
    assert not any('codec.' in name or name.startswith(frozen) for name in moved)
    assert {name for name in everything if name.startswith('limb_classifier') and 'num_batches' not in name} <= moved


def test_full_fine_tuning_moves_everything_but_the_tokenizers(vit_system, batch):
    moved, everything = changes_of_a_step(vit_system(), batch, 6)  # six: a dropped path leaves its block alone
    still = {name for name in everything - moved if not name.startswith('pose_head.') or 'bridge' in name}
    # The query's weight decays, initial values are buffers.
    assert still == {'params_head.init_orient', 'params_head.init_betas', 'params_head.init_camera'}
    assert not any('codec.' in name for name in moved)


def test_frozen_blocks_drop_no_paths_and_count_no_batches(vit_system, batch):
    model = vit_system(trainable=['backbone.vit.layers.5.*', 'pose_head.*']).train()
    training = {name for name, module in model.named_modules() if module.training}
    assert 'backbone.vit.layers.5.attn' in training and 'backbone.vit.layers.4.attn' not in training
    assert not any(name.startswith('limb_classifier') or 'codec' in name for name in training)
    moved, _ = changes_of_a_step(model, batch, 2)
    assert not any('running_mean' in name for name in moved)


@pytest.mark.parametrize('pattern', ['backbone.layers.*', 'pose_head.codec.*', 'pose_head.intact_codec.quantizer.*'])
def test_patterns_that_would_train_nothing_are_mistakes(small_system, pattern):
    with pytest.raises(UserError, match='matches no parameter of BodyEstimator'):
        small_system(trainable=['params_head.*', pattern])


def test_the_optimiser_holds_what_trains_and_resumes(vit_system, batch, tmp_path):
    model = vit_system(trainable=PARTIAL)
    wrapper = build_optim_wrapper(model, dict(optimizer=dict(type='AdamW', lr=1e-3)))
    held = [p for group in wrapper.optimizer.param_groups for p in group['params']]
    assert len(held) == sum(p.requires_grad for p in model.parameters()) < len(list(model.parameters()))

    def go_on(model, wrapper):
        for step in range(2):
            torch.manual_seed(step)  # dropped paths
            model.train().train_step(batch, wrapper)
        return model.state_dict()

    go_on(model, wrapper)
    torch.save(dict(model=model.state_dict(), optimizer=wrapper.state_dict()), tmp_path / 'state.pth')
    saved = torch.load(tmp_path / 'state.pth')
    twin = vit_system(trainable=PARTIAL)
    twin.load_state_dict(saved['model'])
    twin_wrapper = build_optim_wrapper(twin, dict(optimizer=dict(type='AdamW', lr=1e-3)))
    twin_wrapper.load_state_dict(saved['optimizer'])
    first, second = go_on(model, wrapper), go_on(twin, twin_wrapper)
    assert all(torch.equal(value, second[name]) for name, value in first.items())
    assert any(not torch.equal(value, saved['model'][name]) for name, value in first.items())


def test_bfloat16_training_stays_finite_and_near_float32(small_system, batch):
    losses, bodies = {}, {}
    for kind in ('OptimWrapper', 'BFloat16OptimWrapper'):
        torch.manual_seed(0)
        model = small_system(losses=dict(type='BodyLosses', pose=0.1, keypoints_3d=1.0, keypoints_2d=1.0)).train()
        wrapper = build_optim_wrapper(model, dict(type=kind, optimizer=dict(type='AdamW', lr=2e-3)))
        dtypes, history = set(), []
        model.decoder.layers[0].feed_forward[1].register_forward_hook(lambda *args: dtypes.add(args[2].dtype))
        for _ in range(25):
            history.append(model.train_step(batch, wrapper)['loss'].item())
        assert (torch.bfloat16 in dtypes) == kind.startswith('BFloat16')
        assert all(p.dtype == torch.float32 and p.isfinite().all() for p in model.parameters())
        losses[kind] = np.array(history)
        bodies[kind] = torch.stack([sample.pred.body_pose for sample in model.val_step(batch)])
    full, half = losses['OptimWrapper'], losses['BFloat16OptimWrapper']
    assert full[-1] < 0.8 * full[0]  # it learns, so that staying together is not standing still
    np.testing.assert_allclose(half, full, rtol=0.05)
    assert bodies['BFloat16OptimWrapper'].dtype == torch.float32


PROCESS = Path(__file__).with_name('two_processes.py')


@pytest.mark.slow
def test_two_processes_train_one_model_with_its_adversary(tmp_path):
    np.savez(tmp_path / 'real.npz', body_pose=np.random.default_rng(0).normal(0, 0.3, (30, 69)), betas=np.zeros((30, 10)))
    processes = [subprocess.Popen([sys.executable, str(PROCESS), str(rank), str(tmp_path)]) for rank in range(2)]
    assert [process.wait(timeout=240) for process in processes] == [0, 0]
    states = [torch.load(tmp_path / f'{rank}.pth') for rank in range(2)]
    learnt = [name for name in states[0]['after'] if name in states[0]['parameters']]
    assert all(torch.equal(states[0]['after'][name], states[1]['after'][name]) for name in learnt)
    moved = {name for name in learnt if not torch.equal(states[0]['before'][name], states[0]['after'][name])}
    assert any(name.startswith('adversary.') for name in moved) and any(name.startswith('decoder.') for name in moved)
    assert states[0]['draw'] != states[1]['draw']  # each process meets real bodies of its own
