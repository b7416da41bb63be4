"""From joint rotations to latents: 1-D convolutions along the joint axis (paper Supp. H)."""
import math

from torch import Tensor, nn
from torch.nn.functional import interpolate

from ajahr_mm.anatomy.skeleton import NUM_TOKEN_JOINTS
from ajahr_mm.io.errors import UserError


class ResidualBlock(nn.Module):
    """ReLU, dilated 3-convolution, ReLU, 1-convolution, plus the input: (B,C,N) -> (B,C,N). No norm."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation)
        self.conv2 = nn.Conv1d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(self.conv1(x.relu()).relu())


def residual_stack(width: int, dilations=(3, 1)) -> nn.Sequential:
    """The one residual unit of encoder and decoder."""
    return nn.Sequential(*(ResidualBlock(width, dilation) for dilation in dilations))


class PoseEncoder(nn.Module):
    """6D rotations (B,21,6) -> latents (B,S,D).

    The joint axis is stretched to 40, doubled until it holds ``2*num_tokens``, and halved by a strided convolution:
    ``num_tokens`` is 20, 40, 80, 160, 320 or 640. Raises UserError for other numbers.
    """

    START = 2 * NUM_TOKEN_JOINTS // 10 * 10  # 40

    def __init__(self, num_tokens: int = 320, code_dim: int = 256, width: int = 512) -> None:
        super().__init__()
        doublings = math.log2(2 * num_tokens / self.START) if num_tokens > 0 else -1
        if doublings < 0 or not doublings.is_integer():
            raise UserError(f'a pose tokenizer of {num_tokens} tokens is not possible: num_tokens must be 20 times a '
                            'power of two (20, 40, 80, 160, 320, 640)')
        self.num_tokens = num_tokens
        self.lengths = [self.START * 2 ** i for i in range(int(doublings) + 1)]
        self.stem = nn.Conv1d(6, width, 3, padding=1)
        self.stretch = nn.ModuleList(nn.Conv1d(width, width, 3, padding=1) for _ in self.lengths)
        self.halve = nn.Conv1d(width, width, 4, stride=2, padding=1)
        self.residual = residual_stack(width)
        self.out = nn.Conv1d(width, code_dim, 3, padding=1)

    def forward(self, sixd: Tensor) -> Tensor:
        x = self.stem(sixd.transpose(1, 2)).relu()
        for length, conv in zip(self.lengths, self.stretch):
            x = conv(interpolate(x, size=length)).relu()
        return self.out(self.residual(self.halve(x))).transpose(1, 2)
