"""Stopping and resuming gives the run that was never stopped, bit for bit."""
import numpy as np
import pytest
import torch
from mmengine.runner import Runner

from ajahr_mm.registry import register_all

NETWORK = dict(type='PoseAutoencoder', body=dict(type='StubBody'), noise=dict(scales=[0.1, 0.2], stage=4),
               codec=dict(num_tokens=20, code_dim=16, num_codes=32, width=16))


@pytest.fixture
def train(tmp_path):
    """``train(iterations, name, resume_from=None, freeze_after=None)`` trains a tokenizer by the Runner -> its log."""
    register_all()
    rng = np.random.default_rng(0)
    np.savez(tmp_path / 'poses.npz', body_pose=rng.normal(0, 0.3, (50, 63)).astype(np.float32))

    def run(iterations, name, resume_from=None, freeze_after=None):
        runner = Runner.from_cfg(dict(
            model=NETWORK, work_dir=str(tmp_path / name), experiment_name=f'{name}-{tmp_path.name}',
            train_dataloader=dict(
                batch_size=4, num_workers=0, sampler=dict(type='InfiniteSampler', shuffle=True, seed=0),
                dataset=dict(type='PoseDataset', data_root=str(tmp_path), ann_file='poses.npz')),
            train_cfg=dict(type='ResumableTrainLoop', max_iters=iterations),
            optim_wrapper=dict(type='OptimWrapper', optimizer=dict(type='AdamW', lr=1e-3)),
            param_scheduler=[dict(type='MultiStepLR', by_epoch=False, milestones=[4], gamma=0.05)],
            custom_hooks=[dict(type='CodebookHook', interval=1, freeze_after=freeze_after)], default_scope='ajahr_mm',
            default_hooks=dict(checkpoint=dict(type='CheckpointHook', by_epoch=False, interval=3)),
            randomness=dict(seed=0), log_processor=dict(by_epoch=False), log_level='ERROR',
            load_from=str(resume_from) if resume_from else None, resume=resume_from is not None))
        runner.train()
        return runner.message_hub

    run.checkpoint = lambda name, iterations: tmp_path / name / f'iter_{iterations}.pth'
    return run


def state_of(path):
    return torch.load(path, weights_only=False)


def test_three_steps_and_three_more_are_six(train):
    log = train(6, 'whole')
    train(6, 'rest', resume_from=train.checkpoint('whole', 3))
    half, whole, rest = (state_of(train.checkpoint(*at)) for at in (('whole', 3), ('whole', 6), ('rest', 6)))
    assert whole['state_dict'].keys() == rest['state_dict'].keys()
    for name, value in whole['state_dict'].items():
        assert torch.equal(value, rest['state_dict'][name]), name
    moved = [name for name, value in half['state_dict'].items() if not torch.equal(value, whole['state_dict'][name])]
    assert {'codec.quantizer.codebook', 'codec.quantizer.code_sum', 'codec.quantizer.code_count'} <= set(moved)
    states = [checkpoint['optimizer']['state'] for checkpoint in (whole, rest)]
    assert all(torch.equal(states[0][i][key], states[1][i][key]) for i in states[0] for key in states[0][i])
    assert rest['optimizer']['param_groups'][0]['lr'] == pytest.approx(5e-5)  # the decay of iteration 4 happened
    # Perplexity and dead codes are in the log, of the batch and of recent use.
    assert {'train/perplexity', 'train/dead_codes', 'train/codec.quantizer.perplexity',
            'train/codec.quantizer.dead_codes'} <= set(log.log_scalars)


def test_freezing_the_codebook_as_the_ancestor_does(train):
    train(6, 'run', freeze_after=2)
    early, late = (state_of(train.checkpoint('run', at))['state_dict'] for at in (3, 6))
    same = {name for name, value in early.items() if torch.equal(value, late[name])}
    assert {name for name in late if '.quantizer.' in name} <= same
    assert not any(name.endswith('.weight') for name in same)  # encoder and decoder went on
