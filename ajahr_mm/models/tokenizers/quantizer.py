"""Vector quantisation with a codebook of moving averages (VQ-VAE, van den Oord et al. 2017; paper Eq. 4)."""
from typing import Dict, Tuple

import torch
from mmengine.dist import all_reduce, broadcast
from torch import Tensor, nn

from ajahr_mm.models.precision import float32_region


class EMAQuantizer(nn.Module):
    """Replaces each latent by its nearest code; the codes follow the latents they stand for.

    The codebook is not trained by gradients: each code is the exponential moving average of its latents, the
    minimiser of the codebook term of Eq. 5. A code whose average use falls below one latent a batch is replaced by a
    latent of the batch. All state is in buffers and no generator is asked, so a resumed run continues exactly. With
    several processes the statistics are summed and all keep the same codebook.

    Args:
        num_codes: M, size of the codebook.
        code_dim: D, width of a code.
        decay: of the moving averages.
        reset: replace unused codes.
    """

    def __init__(self, num_codes: int = 2048, code_dim: int = 256, decay: float = 0.99, reset: bool = True) -> None:
        super().__init__()
        self.num_codes, self.decay, self.reset = num_codes, decay, reset
        self.register_buffer('codebook', torch.randn(num_codes, code_dim))
        self.register_buffer('code_sum', torch.zeros(num_codes, code_dim))
        self.register_buffer('code_count', torch.zeros(num_codes))
        self.register_buffer('initialised', torch.tensor(False))

    def forward(self, latents: Tensor) -> Tuple[Tensor, Tensor, Dict[str, Tensor]]:
        """Latents (B,S,D) -> codes (B,S,D) with straight-through gradient, indices (B,S), statistics.

        Statistics: ``commitment`` mean squared distance to the (detached) codes, with gradient; ``codebook`` the same
        with gradient to the codes, where they learn by it; ``perplexity`` exp(-sum p log p) of the batch;
        ``dead_codes`` how many codes have been used less than once a batch of late.
        """
        with float32_region(latents):
            latents = latents.float()
            flat = latents.detach().flatten(0, 1)
            if self.training and not self.initialised:
                self._start(flat)
            indices = self.nearest(flat)
            codes = self.lookup(indices).view_as(latents)
            usage = torch.bincount(indices, minlength=self.num_codes).float()
            if self.training:
                self._update(flat, indices, usage)
            share = usage / usage.sum()
            statistics = dict(
                commitment=(latents - codes.detach()).square().mean(), **self.codebook_term(latents, codes),
                perplexity=torch.exp(-(share * torch.log(share + 1e-7)).sum()),
                dead_codes=(self.code_count < 1).sum().float())
            return latents + (codes - latents).detach(), indices.view(latents.shape[:2]), statistics

    def codebook_term(self, latents: Tensor, codes: Tensor) -> Dict[str, Tensor]:
        """The codebook term of Eq. 5 by name; none here, because averages minimise it without a gradient."""
        return {}

    @torch.no_grad()
    def nearest(self, flat: Tensor) -> Tensor:
        """Latents (N,D) -> indices (N,) of the nearest codes in squared Euclidean distance (Eq. 4)."""
        return (self.codebook.square().sum(1) - 2 * flat @ self.codebook.T).argmin(1)

    def lookup(self, indices: Tensor) -> Tensor:
        """Indices (…) -> codes (…,D)."""
        return self.codebook[indices]

    def mix(self, probs: Tensor) -> Tensor:
        """Probabilities (B,S,M) -> soft codes (B,S,D): the convex combination of Eq. 3, not re-normalised."""
        return probs @ self.codebook.to(probs.dtype)

    def _candidates(self, flat: Tensor) -> Tensor:
        """(M,D) latents in random order, the same in all processes; too few are tiled with a little noise.

        The batch itself seeds the draw: it changes from step to step, and a resumed run repeats it.
        """
        generator = torch.Generator(flat.device).manual_seed(int(flat.sum().view(torch.int32)))
        repeats = -(-self.num_codes // len(flat))
        pool = flat.repeat(repeats, 1)
        if repeats > 1:
            noise = torch.randn(pool.shape, generator=generator, device=flat.device)
            pool = pool + noise * 0.01 / flat.shape[1] ** 0.5
        order = torch.randperm(len(pool), generator=generator, device=flat.device)
        chosen = pool[order[:self.num_codes]].contiguous()
        broadcast(chosen)
        return chosen

    @torch.no_grad()
    def _start(self, flat: Tensor) -> None:
        self.codebook.copy_(self._candidates(flat))
        self.code_sum.copy_(self.codebook)
        self.code_count.fill_(1.0)
        self.initialised.fill_(True)

    @torch.no_grad()
    def _update(self, flat: Tensor, indices: Tensor, usage: Tensor) -> None:
        count = usage.clone()
        total = torch.zeros_like(self.code_sum).index_add_(0, indices, flat)
        all_reduce(count)
        all_reduce(total)
        self.code_sum.lerp_(total, 1 - self.decay)
        self.code_count.lerp_(count, 1 - self.decay)
        average = self.code_sum / self.code_count.clamp_min(1e-12)[:, None]
        known = self.code_count[:, None] > 1e-6
        self.codebook.copy_(torch.where(known, average, self.codebook))
        self._replace_unused(flat)

    def _replace_unused(self, flat: Tensor) -> None:
        unused = self.code_count < 1
        if self.reset and unused.any():
            self.codebook.copy_(torch.where(unused[:, None], self._candidates(flat), self.codebook))
