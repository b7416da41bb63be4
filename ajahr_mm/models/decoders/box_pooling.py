"""What is in the crop beside where the crop lies in the photograph (CLIFF, Li et al., ECCV 2022)."""
from typing import Optional

import torch
from mmengine.model import BaseModule
from torch import Tensor

from ajahr_mm.models.precision import float32_region
from ajahr_mm.registry import MODELS

SCALINGS = ('bedlam', 'cliff')
LIMB_PATHS = ('concat', 'off')


@MODELS.register_module()
class BoxPooling(BaseModule):
    """The decoder of CLIFF, without parameters: pooled features, three numbers of the box and, if asked, the limb token.

    Args:
        scaling: of the box numbers, which come in focal lengths: 'bedlam' leaves them so (BEDLAM-CLIFF), 'cliff' brings
            them to about unit variance (the original).
        limb_path: 'concat' appends BPAC-Net's token (CLIFF with BPAC-Net, paper Table 4c), 'off' ignores it.
    """

    #: Asks ``BodyEstimator`` where the crop lies.
    uses_box = True

    def __init__(self, scaling: str = 'bedlam', limb_path: str = 'off', init_cfg: dict = None) -> None:
        super().__init__(init_cfg)
        for value, allowed in ((scaling, SCALINGS), (limb_path, LIMB_PATHS)):
            if value not in allowed:
                raise ValueError(f'{value!r} is not one of {allowed}')
        self.scaling, self.limb_path = scaling, limb_path

    def forward(self, features: Tensor, limb_token: Optional[Tensor] = None, box: Optional[Tensor] = None) -> Tensor:
        """Features (B,C,h,w), token (B,1,D), box (B,3) x, y, size in focal lengths -> (B,C+3) or (B,C+3+D), float32.

        Raises ValueError without a box, or without a token where one is to be appended.
        """
        if box is None:
            raise ValueError('BoxPooling needs the box (B,3) of each crop in its photograph')
        with float32_region(features):
            parts = [features.float().mean((2, 3)), self.scaled(box.float())]
            if self.limb_path == 'concat':
                if limb_token is None:
                    raise ValueError("BoxPooling with limb_path='concat' needs a limb_classifier that gives a token")
                parts.append(limb_token[:, 0].float())
            return torch.cat(parts, 1)

    def scaled(self, box: Tensor) -> Tensor:
        """Box (B,3) in focal lengths -> the numbers the network is told (B,3)."""
        if self.scaling == 'bedlam':
            return box
        return torch.cat([box[:, :2] * 2.8, (box[:, 2:] - 0.24) / 0.06], 1)
