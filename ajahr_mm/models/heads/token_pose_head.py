"""Pose as a mixture of codes of one frozen tokenizer, as in TokenHMR."""
from typing import List, Optional

import torch
from torch import Tensor

from ajahr_mm.anatomy.skeleton import NUM_BODY_JOINTS, NUM_TOKEN_JOINTS
from ajahr_mm.geometry.rotations import matrix_to_sixd, sixd_to_matrix
from ajahr_mm.io.errors import UserError
from ajahr_mm.models.heads.base import PoseHead, small_linear
from ajahr_mm.models.heads.token_bridge import TokenBridge
from ajahr_mm.models.precision import float32_region
from ajahr_mm.models.tokenizers import VQPoseCodec
from ajahr_mm.registry import MODELS


@MODELS.register_module()
class TokenPoseHead(PoseHead):
    """Hidden state -> logits -> softmax -> soft codes -> frozen decoder -> rotations (paper Sec. 3.3).

    The tokenizer gives the 21 joints it knows, a linear layer the two hands (SMPL joints 22, 23).

    Args:
        codec: config of a ``VQPoseCodec``; its ``checkpoint`` is read by ``init_weights``. It stays frozen.
        dim: width of the hidden state.
        width, num_blocks, token_width, channel_width: of the :class:`TokenBridge`.
    """

    def __init__(self, codec: dict, dim: int = 1024, width: int = 64, num_blocks: int = 4, token_width: int = 64,
                 channel_width: int = 256, init_cfg: dict = None) -> None:
        super().__init__(init_cfg)
        self.codec = self._build(codec)
        self.bridge = TokenBridge(dim, self.codec.num_tokens, self.codec.num_codes, width, num_blocks, token_width,
                                  channel_width)
        self.hands = small_linear(dim, 6 * (NUM_BODY_JOINTS - NUM_TOKEN_JOINTS))
        # Added to the decoded 6D. Zero for the body: the tokenizer already gives whole poses; checkpoints of the public
        # releases, which add a mean pose, bring their own values.
        hands = matrix_to_sixd(torch.eye(3)).repeat(NUM_BODY_JOINTS - NUM_TOKEN_JOINTS)
        self.register_buffer('init_pose', torch.cat([torch.zeros(6 * NUM_TOKEN_JOINTS), hands]))
        self.freeze_codecs()

    @staticmethod
    def _build(codec: dict) -> VQPoseCodec:
        return MODELS.build({'type': 'VQPoseCodec', 'with_encoder': False, **codec})

    @property
    def codecs(self) -> List[VQPoseCodec]:
        """The frozen tokenizers of this head, in the order of their making."""
        return [part for part in self.children() if isinstance(part, VQPoseCodec)]

    def freeze_codecs(self) -> None:
        """Tokenizers get no gradient and never leave evaluation mode."""
        for codec in self.codecs:
            codec.requires_grad_(False).eval()

    def train(self, mode: bool = True) -> 'TokenPoseHead':
        super().train(mode)
        self.freeze_codecs()
        return self

    def forward(self, hidden: Tensor, is_amputee: Optional[Tensor] = None) -> Tensor:
        probs = self.bridge(hidden).softmax(-1)
        sixd = torch.cat([self.decode(probs, is_amputee).flatten(1), self.hands(hidden)], 1)
        with float32_region(hidden):
            return sixd_to_matrix((sixd.float() + self.init_pose).unflatten(1, (NUM_BODY_JOINTS, 6)), 'row')

    def decode(self, probs: Tensor, is_amputee: Optional[Tensor]) -> Tensor:
        """Probabilities (B,S,M) -> 6D (B,21,6) through the tokenizer."""
        return self.codec.decode_soft(probs)


def check_same_size(first: VQPoseCodec, second: VQPoseCodec) -> None:
    """One set of logits serves both codebooks, so they must agree in tokens and codes. Raises UserError."""
    sizes = [(codec.num_tokens, codec.num_codes) for codec in (first, second)]
    if sizes[0] != sizes[1]:
        raise UserError(f'the two tokenizers differ in (num_tokens, num_codes): {sizes[0]} and {sizes[1]}; '
                        'they share one bridge and must be of one size')
