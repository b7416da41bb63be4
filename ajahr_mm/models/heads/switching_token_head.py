"""The tokenizer-switching strategy (paper Sec. 3.3.2, Eq. 3)."""
from typing import Optional

import torch
from torch import Tensor

from ajahr_mm.models.heads.token_pose_head import TokenPoseHead, check_same_size
from ajahr_mm.registry import MODELS


@MODELS.register_module()
class SwitchingTokenHead(TokenPoseHead):
    """Two frozen tokenizers behind one bridge: people who miss a limb go through one, all others through the other.

    The switch is hard and by sample: no sample passes both, and no gradient reaches the classifier through it.

    Args:
        amputee: config of the codec trained on amputee and intact poses (C_amp).
        intact: config of the codec trained on intact poses only (C_non_amp).
        dim, width, num_blocks, token_width, channel_width: see :class:`TokenPoseHead`.
    """

    def __init__(self, amputee: dict, intact: dict, dim: int = 1024, width: int = 64, num_blocks: int = 4,
                 token_width: int = 64, channel_width: int = 256, init_cfg: dict = None) -> None:
        super().__init__(amputee, dim, width, num_blocks, token_width, channel_width, init_cfg)
        self.intact_codec = self._build(intact)
        check_same_size(self.codec, self.intact_codec)
        self.freeze_codecs()

    def decode(self, probs: Tensor, is_amputee: Optional[Tensor]) -> Tensor:
        """Eq. 3: probabilities (B,S,M), status (B,) bool -> 6D (B,21,6).

        Raises ValueError without a status: the switch needs a limb classifier or ground-truth labels.
        """
        if is_amputee is None:
            raise ValueError('SwitchingTokenHead needs is_amputee (B,): give the estimator a limb_classifier')
        rows = torch.cat([is_amputee.nonzero()[:, 0], (~is_amputee).nonzero()[:, 0]])
        amputees = int(is_amputee.sum())
        parts = [codec.decode_soft(part) for codec, part in zip(self.codecs, probs[rows].tensor_split([amputees]))
                 if len(part)]
        return torch.cat(parts)[rows.argsort()]
