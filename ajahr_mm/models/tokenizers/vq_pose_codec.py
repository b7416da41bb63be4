"""The pose tokenizer: rotations of 21 joints <-> S codes out of M (paper Sec. 3.3.2, Supp. H)."""
from typing import Dict, Optional, Tuple

from mmengine.model import BaseModule
from torch import Tensor

from ajahr_mm.geometry.rotations import matrix_to_sixd
from ajahr_mm.io.errors import UserError
from ajahr_mm.models.tokenizers.checkpoint import load_codec
from ajahr_mm.models.tokenizers.gradient_quantizer import GradientQuantizer
from ajahr_mm.models.tokenizers.pose_decoder import PoseDecoder
from ajahr_mm.models.tokenizers.pose_encoder import PoseEncoder
from ajahr_mm.models.tokenizers.quantizer import EMAQuantizer
from ajahr_mm.registry import MODELS

QUANTIZERS = dict(averages=EMAQuantizer, gradient=GradientQuantizer)


@MODELS.register_module()
class VQPoseCodec(BaseModule):
    """Encoder, codebook and decoder of the AJAHR-Tokenizer. 6D vectors are in row layout.

    Args:
        num_tokens: S, 20 times a power of two; the paper uses 320 (Tables 4d and C compare 20 to 640).
        code_dim: D, width of a code; 256, and 128 in Table C.
        num_codes: M, size of the codebook; 2048, and 1024 in Table C.
        width: channels of the convolutions.
        with_encoder: False keeps only what a mesh network needs, codebook and decoder.
        checkpoint: a trained tokenizer, read by ``init_weights``.
        decay, reset: of the :class:`EMAQuantizer`.
        learning: how the codes learn, by moving 'averages' or by the 'gradient' of the codebook term of Eq. 5.

    Raises:
        UserError: another number of tokens, or another way of learning.
    """

    def __init__(self, num_tokens: int = 320, code_dim: int = 256, num_codes: int = 2048, width: int = 512,
                 with_encoder: bool = True, checkpoint: Optional[str] = None, decay: float = 0.99,
                 reset: bool = True, learning: str = 'averages') -> None:
        super().__init__()
        if learning not in QUANTIZERS:
            raise UserError(f'codec learning={learning!r} is not one of {", ".join(QUANTIZERS)}.')
        self.num_tokens, self.num_codes, self.checkpoint = num_tokens, num_codes, checkpoint
        self.encoder = PoseEncoder(num_tokens, code_dim, width) if with_encoder else None
        self.quantizer = QUANTIZERS[learning](num_codes, code_dim, decay, reset)
        self.decoder = PoseDecoder(num_tokens, code_dim, width)

    def init_weights(self) -> None:
        """Loads ``checkpoint``, if one is given. Raises UserError when it is missing or of another tokenizer."""
        if self.checkpoint is not None:
            load_codec(self, self.checkpoint)
        self._is_init = True

    def encode(self, rotations: Tensor) -> Tensor:
        """Rotations (B,21,3,3) of SMPL joints 1..21 -> latents (B,S,D)."""
        return self.encoder(matrix_to_sixd(rotations, 'row'))

    def quantize(self, latents: Tensor) -> Tuple[Tensor, Tensor, Dict[str, Tensor]]:
        """Latents (B,S,D) -> codes (B,S,D), indices (B,S), statistics (see :class:`EMAQuantizer`)."""
        return self.quantizer(latents)

    def decode(self, codes: Tensor) -> Tensor:
        """Codes (B,S,D) -> 6D (B,21,6)."""
        return self.decoder(codes)

    def decode_indices(self, indices: Tensor) -> Tensor:
        """Indices (B,S) -> 6D (B,21,6)."""
        return self.decoder(self.quantizer.lookup(indices))

    def decode_soft(self, probs: Tensor) -> Tensor:
        """Probabilities (B,S,M) over the codes -> 6D (B,21,6), differentiable (Eq. 3)."""
        return self.decoder(self.quantizer.mix(probs))

    def forward(self, rotations: Tensor) -> Tuple[Tensor, Tensor, Dict[str, Tensor]]:
        """Rotations (B,21,3,3) -> 6D (B,21,6), indices (B,S), statistics."""
        codes, indices, statistics = self.quantize(self.encode(rotations))
        return self.decode(codes), indices, statistics
