"""From codes back to joint rotations (paper Supp. H)."""
import numpy as np
from torch import Tensor, nn
from torch.nn.functional import interpolate

from ajahr_mm.anatomy.skeleton import NUM_TOKEN_JOINTS
from ajahr_mm.models.tokenizers.pose_encoder import residual_stack


class PoseDecoder(nn.Module):
    """Codes (B,S,D) -> 6D rotations (B,21,6), row layout.

    Four nearest-neighbour resizings shrink the token axis to the 21 joints (320: 245, 170, 95, 21). Their lengths are
    fixed by ``num_tokens`` while the weights do not depend on it.
    """

    STEPS = 4

    def __init__(self, num_tokens: int = 320, code_dim: int = 256, width: int = 512) -> None:
        super().__init__()
        steps = np.linspace(NUM_TOKEN_JOINTS, num_tokens, self.STEPS, endpoint=False)
        self.lengths = [int(step) for step in steps[::-1]]
        self.stem = nn.Conv1d(code_dim, width, 3, padding=1)
        self.shrink = nn.ModuleList(nn.Conv1d(width, width, 3, padding=1) for _ in self.lengths)
        self.residual = residual_stack(width)
        self.mix = nn.Conv1d(width, width, 3, padding=1)
        self.out = nn.Conv1d(width, 6, 3, padding=1)

    def forward(self, codes: Tensor) -> Tensor:
        x = self.stem(codes.transpose(1, 2)).relu()
        for length, conv in zip(self.lengths, self.shrink):
            x = conv(interpolate(x, size=length)).relu()
        return self.out(self.mix(self.residual(x))).transpose(1, 2)
