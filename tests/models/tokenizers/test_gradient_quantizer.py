"""Codes that learn by the codebook term of Eq. 5."""
import pytest
import torch

from ajahr_mm.io.errors import UserError
from ajahr_mm.models.tokenizers import EMAQuantizer, GradientQuantizer, VQPoseCodec


@pytest.fixture
def quantizer():
    net = GradientQuantizer(num_codes=8, code_dim=3, reset=False)
    net.initialised.fill_(True)
    return net


def test_the_codebook_term_moves_codes_only_and_the_commitment_term_latents_only(quantizer):
    latents = torch.randn(4, 5, 3, requires_grad=True)
    codes, indices, statistics = quantizer(latents)
    distance = (latents.detach() - quantizer.lookup(indices).detach()).square().mean()
    torch.testing.assert_close(statistics['codebook'], distance)
    torch.testing.assert_close(statistics['commitment'], distance)
    book, = torch.autograd.grad(statistics['codebook'], quantizer.codebook, retain_graph=True)
    used = torch.bincount(indices.flatten(), minlength=8) > 0
    assert (book.abs().sum(1) > 0).tolist() == used.tolist()
    assert torch.autograd.grad(statistics['codebook'], latents, allow_unused=True, retain_graph=True)[0] is None
    assert torch.autograd.grad(statistics['commitment'], quantizer.codebook, allow_unused=True, retain_graph=True)[0] is None
    latents.grad = None
    (codes * 3).sum().backward()
    assert latents.grad.eq(3).all() and quantizer.codebook.grad is None  # straight through, as with averages


def test_descent_on_the_codebook_term_ends_where_the_averages_do(quantizer):
    points = torch.randn(3, 1, 3).expand(3, 40, 3) + 0.01 * torch.randn(3, 40, 3)
    optimizer = torch.optim.SGD([quantizer.codebook], lr=1.0)
    for _ in range(100):
        loss = quantizer(points)[2]['codebook']
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    indices = quantizer.eval()(points)[1].flatten()
    for code in indices.unique():
        mean = points.reshape(-1, 3)[indices == code].mean(0)
        torch.testing.assert_close(quantizer.codebook[code].detach(), mean, atol=1e-3, rtol=0)


def test_unused_codes_are_replaced():
    quantizer = GradientQuantizer(num_codes=8, code_dim=3)
    latents = torch.randn(40, 5, 3)
    quantizer(latents)
    assert quantizer.initialised and isinstance(quantizer.codebook, torch.nn.Parameter)
    with torch.no_grad():
        quantizer.codebook[3], quantizer.code_count[3] = 100.0, 0.5
    quantizer(latents)
    assert quantizer.code_count[3] < 1 and (latents.flatten(0, 1) == quantizer.codebook[3]).all(1).any()


def test_its_state_is_that_of_the_averages():
    states = [{k: v.shape for k, v in kind(8, 3).state_dict().items()} for kind in (EMAQuantizer, GradientQuantizer)]
    assert states[0] == states[1]


def test_a_codec_of_either_kind():
    sizes = dict(num_tokens=20, code_dim=4, num_codes=8, width=4)
    assert isinstance(VQPoseCodec(**sizes, learning='gradient').quantizer, GradientQuantizer)
    assert type(VQPoseCodec(**sizes).quantizer) is EMAQuantizer
    with pytest.raises(UserError, match="learning='kmeans'"):
        VQPoseCodec(**sizes, learning='kmeans')
