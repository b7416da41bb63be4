"""The EMA codebook against numpy."""
import subprocess
import sys

import numpy as np
import pytest
import torch

from ajahr_mm.models.tokenizers import EMAQuantizer


def trained(**changes):
    quantizer = EMAQuantizer(**{**dict(num_codes=8, code_dim=3, decay=0.9, reset=False), **changes})
    quantizer.initialised.fill_(True)
    quantizer.code_sum.copy_(quantizer.codebook)
    quantizer.code_count.fill_(1.0)
    return quantizer


def test_nearest_code_statistics_and_straight_through_gradient():
    quantizer, latents = trained().eval(), torch.randn(4, 5, 3, requires_grad=True)
    codes, indices, statistics = quantizer(latents)
    z, book = latents.detach().numpy().astype(np.float64), quantizer.codebook.numpy().astype(np.float64)
    nearest = ((z[:, :, None] - book) ** 2).sum(-1).argmin(-1)
    np.testing.assert_array_equal(indices.numpy(), nearest)
    np.testing.assert_allclose(codes.detach().numpy(), book[nearest], atol=1e-6)
    assert statistics['commitment'].item() == pytest.approx(((z - book[nearest]) ** 2).mean(), rel=1e-5)
    share = np.bincount(nearest.ravel(), minlength=8) / nearest.size
    assert statistics['perplexity'].item() == pytest.approx(np.exp(-(share * np.log(share + 1e-7)).sum()), rel=1e-5)
    (codes * 3).sum().backward()
    assert latents.grad.eq(3).all()


def test_update_is_the_moving_average_of_the_latents():
    quantizer = trained()
    book = quantizer.codebook.numpy().astype(np.float64).copy()
    total, count = book.copy(), np.ones(8)
    for _ in range(5):
        latents = torch.randn(6, 4, 3)
        flat = latents.numpy().reshape(-1, 3).astype(np.float64)
        nearest = ((flat[:, None] - book) ** 2).sum(-1).argmin(-1)
        hot = np.eye(8)[nearest]
        total, count = 0.9 * total + 0.1 * hot.T @ flat, 0.9 * count + 0.1 * hot.sum(0)
        book = total / count[:, None]
        quantizer(latents)
    np.testing.assert_allclose(quantizer.codebook.numpy(), book, atol=1e-5)
    np.testing.assert_allclose(quantizer.code_count.numpy(), count, atol=1e-5)


def test_first_batch_fills_the_codebook_with_its_latents():
    quantizer, latents = EMAQuantizer(num_codes=8, code_dim=3), torch.randn(4, 5, 3)
    quantizer._start(latents.flatten(0, 1))
    assert torch.cdist(quantizer.codebook, latents.flatten(0, 1)).min(1).values.max() < 1e-6
    assert quantizer.initialised and quantizer.code_count.eq(1).all()
    few = EMAQuantizer(num_codes=50, code_dim=3)
    few._start(latents.flatten(0, 1))
    assert torch.cdist(few.codebook, latents.flatten(0, 1)).min(1).values.max() < 0.05
    assert len(few.codebook.unique(dim=0)) == 50


def test_unused_codes_become_latents_of_the_batch():
    quantizer = trained(reset=True)
    with torch.no_grad():
        quantizer.codebook[3] = 100.0
        quantizer.code_sum[3] = 100.0
    latents = torch.randn(40, 5, 3)
    quantizer(latents)
    assert quantizer.code_count[3] < 1
    assert (latents.flatten(0, 1) == quantizer.codebook[3]).all(1).any()
    assert not torch.equal(quantizer.codebook[3], latents[0, 0])  # drawn, not simply the first


def test_the_draw_of_new_codes_asks_no_generator_and_differs_from_batch_to_batch():
    quantizer, batches = trained(), torch.randn(2, 40, 3)
    before = torch.get_rng_state()
    first, again, other = (quantizer._candidates(batches[i]) for i in (0, 0, 1))
    assert torch.equal(first, again) and torch.equal(torch.get_rng_state(), before)
    rows = [[(batch == row).all(1).nonzero().item() for row in chosen] for chosen, batch in zip((first, other), batches)]
    assert rows[0] != rows[1] and len(set(rows[0])) == 8


def test_evaluation_changes_nothing_and_counts_dead_codes():
    quantizer = trained().eval()
    quantizer.code_count[:3] = 0.5
    before = {name: value.clone() for name, value in quantizer.state_dict().items()}
    assert quantizer(torch.randn(4, 5, 3))[2]['dead_codes'] == 3
    assert all(torch.equal(value, before[name]) for name, value in quantizer.state_dict().items())


def test_state_round_trip_continues_exactly(tmp_path):
    first = EMAQuantizer(num_codes=8, code_dim=3)
    first(torch.randn(6, 4, 3))
    torch.save(first.state_dict(), tmp_path / 'state.pth')
    second = EMAQuantizer(num_codes=8, code_dim=3)
    second.load_state_dict(torch.load(tmp_path / 'state.pth', weights_only=True))
    batches = torch.randn(3, 6, 4, 3)
    for quantizer in (first, second):
        torch.manual_seed(7)
        for batch in batches:
            quantizer(batch)
    assert all(torch.equal(value, second.state_dict()[name]) for name, value in first.state_dict().items())


def test_mixture_of_codes():
    quantizer, probs = trained(), torch.rand(2, 5, 8)
    np.testing.assert_allclose(quantizer.mix(probs).numpy(), np.einsum('bsm,md->bsd', probs, quantizer.codebook),
                               atol=1e-5)
    hot = torch.nn.functional.one_hot(torch.tensor([[1, 7]]), 8).float()
    assert torch.equal(quantizer.mix(hot), quantizer.lookup(torch.tensor([[1, 7]])))


def test_distances_stay_float32_under_autocast():
    quantizer, latents = trained().eval(), torch.randn(4, 5, 3)
    expected = quantizer(latents)[1]
    with torch.autocast('cpu', dtype=torch.bfloat16):
        codes, indices, _ = quantizer(latents)
    assert codes.dtype == torch.float32 and torch.equal(indices, expected)


PROCESS = """
import sys, torch
from ajahr_mm.models.tokenizers import EMAQuantizer
rank, folder = int(sys.argv[1]), sys.argv[2]
torch.distributed.init_process_group('gloo', init_method=f'file://{folder}/sync', rank=rank, world_size=2)
torch.manual_seed(rank)
quantizer = EMAQuantizer(num_codes=8, code_dim=3, decay=0.9)
for step in range(3):
    quantizer(torch.randn(2, 12, 4, 3, generator=torch.Generator().manual_seed(step))[rank])
torch.save(quantizer.state_dict(), f'{folder}/{rank}.pth')
torch.distributed.destroy_process_group()
"""


@pytest.mark.slow
def test_two_processes_keep_one_codebook(tmp_path):
    processes = [subprocess.Popen([sys.executable, '-c', PROCESS, str(rank), str(tmp_path)]) for rank in range(2)]
    assert [process.wait(timeout=120) for process in processes] == [0, 0]
    states = [torch.load(tmp_path / f'{rank}.pth', weights_only=True) for rank in range(2)]
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
    # 96 latents a step, from both processes: 8 * 0.9^3 + 96 * (1 - 0.9^3).
    assert states[0]['code_count'].sum().item() == pytest.approx(8 * 0.729 + 96 * 0.271, rel=1e-4)
