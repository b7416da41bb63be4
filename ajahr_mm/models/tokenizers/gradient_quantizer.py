"""Vector quantisation with a codebook that learns by the codebook term (paper Eq. 5, taken literally)."""
from typing import Dict

import torch
from mmengine.dist import all_reduce
from torch import Tensor, nn

from ajahr_mm.models.tokenizers.quantizer import EMAQuantizer


class GradientQuantizer(EMAQuantizer):
    """An :class:`EMAQuantizer` whose codes are parameters: lambda_cb |sg[Z] - Z~|^2 pulls them to their latents.

    The paper names both this term and moving averages, which are two ways to the same minimum. Unused codes are counted
    and replaced alike. Its state has the names of the other's, so either reads the checkpoints of the other.
    """

    def __init__(self, num_codes: int = 2048, code_dim: int = 256, decay: float = 0.99, reset: bool = True) -> None:
        super().__init__(num_codes, code_dim, decay, reset)
        start = self.codebook
        del self.codebook
        self.codebook = nn.Parameter(start)

    def codebook_term(self, latents: Tensor, codes: Tensor) -> Dict[str, Tensor]:
        return dict(codebook=(latents.detach() - codes).square().mean())

    @torch.no_grad()
    def _update(self, flat: Tensor, indices: Tensor, usage: Tensor) -> None:
        count = usage.clone()
        all_reduce(count)
        self.code_count.lerp_(count, 1 - self.decay)
        self._replace_unused(flat)
