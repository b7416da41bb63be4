"""The learning rates a tokenizer of full size is trained with."""
from pathlib import Path

import pytest
import torch
from mmengine.registry import PARAM_SCHEDULERS

from ajahr_mm.engine.config import load_config
from ajahr_mm.registry import register_all

SCHEDULES = Path(__file__).resolve().parents[3] / 'configs/_base_/schedules'


def rates(schedule, moments):
    """The learning rate of a schedule after each number of iterations in ``moments``."""
    register_all()
    cfg = load_config(SCHEDULES / f'{schedule}.py')
    optimizer = torch.optim.AdamW([torch.nn.Parameter(torch.zeros(1))], lr=cfg.optim_wrapper.optimizer.lr)
    schedulers = [PARAM_SCHEDULERS.build(part, default_args=dict(optimizer=optimizer)) for part in cfg.param_scheduler]
    optimizer.step()
    found = {}
    for iteration in range(max(moments) + 1):
        if iteration in moments:
            found[iteration] = optimizer.param_groups[0]['lr']
        for scheduler in schedulers:
            scheduler.step()
    return [found[moment] for moment in moments]


def test_the_papers_rate_decays():
    assert rates('adamw_200k_tokenizer', [0, 74_999, 75_000, 99_999, 100_000]) == pytest.approx(
        [2e-4, 2e-4, 1e-5, 1e-5, 5e-7])  # Supp. H: gamma 5e-2


def test_the_ancestors_never_did():
    assert rates('adamw_200k_tokenizer_tokenhmr', [0, 1, 75_001, 100_001]) == pytest.approx([4e-4 / 3] * 4)
