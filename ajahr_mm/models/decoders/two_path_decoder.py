"""The transformer decoder with two cross-attention pathways (paper Sec. 3.3)."""
from typing import Optional

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from ajahr_mm.registry import MODELS


def _split(x: Tensor, heads: int) -> Tensor:
    """(B,N,heads*d) -> (B,heads,N,d)."""
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


class SelfAttention(nn.Module):
    """Pre-norm multi-head self-attention."""

    def __init__(self, dim: int, heads: int, dim_head: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim)
        self.to_qkv = nn.Linear(dim, 3 * heads * dim_head, bias=False)
        self.to_out = nn.Linear(heads * dim_head, dim)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = (_split(part, self.heads) for part in self.to_qkv(self.norm(x)).chunk(3, -1))
        return self.to_out(scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))


class CrossAttention(nn.Module):
    """Pre-norm multi-head attention to a context, which is not normalised."""

    def __init__(self, dim: int, heads: int, dim_head: int, context_dim: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim)
        self.to_q = nn.Linear(dim, heads * dim_head, bias=False)
        self.to_kv = nn.Linear(context_dim, 2 * heads * dim_head, bias=False)
        self.to_out = nn.Linear(heads * dim_head, dim)

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        q = _split(self.to_q(self.norm(x)), self.heads)
        k, v = (_split(part, self.heads) for part in self.to_kv(context).chunk(2, -1))
        return self.to_out(scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))


class FeedForward(nn.Sequential):
    """Pre-norm two-layer perceptron."""

    def __init__(self, dim: int, hidden: int) -> None:
        super().__init__(nn.LayerNorm(dim), nn.Linear(dim, hidden), nn.GELU(), nn.Linear(hidden, dim))


class DecoderLayer(nn.Module):
    """Self-attention, cross-attention, feed-forward, each with a residual."""

    def __init__(self, dim: int, heads: int, dim_head: int, mlp_dim: int, context_dim: int) -> None:
        super().__init__()
        self.self_attention = SelfAttention(dim, heads, dim_head)
        self.cross_attention = CrossAttention(dim, heads, dim_head, context_dim)
        self.feed_forward = FeedForward(dim, mlp_dim)

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        x = x + self.self_attention(x)
        x = x + self.cross_attention(x, context)
        return x + self.feed_forward(x)


@MODELS.register_module()
class TwoPathDecoder(BaseModule):
    """One zero-pose query attends to the image, then to the limb token: -> hidden state (B,dim).

    The first pathway runs all layers with the image tokens as context. The second runs the same layers, with the same
    weights, on the result, with BPAC-Net's token (B,1,context_dim) as the only context (paper Sec. 3.3).

    Args:
        dim: width of the hidden state.
        depth: number of layers, shared by both pathways.
        heads: attention heads.
        dim_head: width of a head.
        mlp_dim: hidden width of the feed-forward part.
        context_dim: width of the image tokens and of the limb token.
        limb_path: 'second_pass' (the paper) or 'off' (the released forward pass, and networks without a classifier).
    """

    def __init__(self, dim: int = 1024, depth: int = 6, heads: int = 8, dim_head: int = 64, mlp_dim: int = 1024,
                 context_dim: int = 1280, limb_path: str = 'second_pass', init_cfg: dict = None) -> None:
        super().__init__(init_cfg)
        if limb_path not in ('second_pass', 'off'):
            raise ValueError(f"limb_path {limb_path!r} is not 'second_pass' or 'off'")
        self.limb_path = limb_path
        # The query is the embedding of the number zero; the weight never acts but belongs to the public checkpoints.
        self.token_embedding = nn.Linear(1, dim)
        self.pos_embedding = nn.Parameter(torch.randn(1, 1, dim))
        self.layers = nn.ModuleList(DecoderLayer(dim, heads, dim_head, mlp_dim, context_dim) for _ in range(depth))

    def forward(self, features: Tensor, limb_token: Optional[Tensor] = None) -> Tensor:
        """Features (B,C,h,w), limb token (B,1,C) or None -> hidden state (B,dim).

        Raises ValueError for a limb token of another shape: a (B,C) tensor would silently become one sequence that all
        samples of the batch share.
        """
        batch = len(features)
        x = self.token_embedding(features.new_zeros(batch, 1, 1)) + self.pos_embedding
        x = self._run(x, features.flatten(2).transpose(1, 2))
        if self.limb_path == 'second_pass' and limb_token is not None:
            if limb_token.shape != (batch, 1, features.shape[1]):
                raise ValueError(f'the limb token must be {(batch, 1, features.shape[1])}, '
                                 f'not {tuple(limb_token.shape)}')
            x = self._run(x, limb_token)
        return x[:, 0]

    def _run(self, x: Tensor, context: Tensor) -> Tensor:
        for layer in self.layers:
            x = layer(x, context)
        return x
