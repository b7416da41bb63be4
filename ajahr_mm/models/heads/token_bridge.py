"""The bridge from the decoder to the codebook: which codes, with which probability (paper Sec. 3.3, Supp. F)."""
from torch import Tensor, nn


def _mlp(dim: int, hidden: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(dim, hidden), nn.GELU(), nn.Linear(hidden, dim))


class MixerBlock(nn.Module):
    """(B,S,C) -> (B,S,C): an MLP across the tokens, then one across the channels (MLP-Mixer)."""

    def __init__(self, num_tokens: int, width: int, token_width: int, channel_width: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.token_mlp = _mlp(num_tokens, token_width)
        self.channel_mlp = _mlp(width, channel_width)

    def forward(self, x: Tensor) -> Tensor:
        mixed = x + self.token_mlp(self.norm1(x).transpose(1, 2)).transpose(1, 2)
        return mixed + self.channel_mlp(self.norm2(mixed))


class TokenBridge(nn.Module):
    """Hidden state (B,dim) -> logits (B,S,M) over the codebook.

    Args:
        dim: width of the hidden state.
        num_tokens: S.
        num_codes: M.
        width: channels of a token.
        num_blocks: mixer blocks. The paper speaks of six blocks of two MLPs, its release has four and two dense layers.
        token_width, channel_width: hidden widths of the two MLPs.
    """

    def __init__(self, dim: int = 1024, num_tokens: int = 320, num_codes: int = 2048, width: int = 64,
                 num_blocks: int = 4, token_width: int = 64, channel_width: int = 256) -> None:
        super().__init__()
        self.num_tokens = num_tokens
        self.expand = nn.Sequential(nn.Linear(dim, num_tokens * width), nn.LayerNorm(num_tokens * width), nn.ReLU())
        self.blocks = nn.Sequential(*(MixerBlock(num_tokens, width, token_width, channel_width)
                                      for _ in range(num_blocks)))
        self.dense = nn.Sequential(nn.Linear(width, width), nn.LayerNorm(width), nn.ReLU())
        self.classify = nn.Linear(width, num_codes)

    def forward(self, hidden: Tensor) -> Tensor:
        tokens = self.expand(hidden).unflatten(1, (self.num_tokens, -1))
        return self.classify(self.dense(self.blocks(tokens)))
