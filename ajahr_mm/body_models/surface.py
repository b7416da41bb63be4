"""Some vertices of a body, all or a few landmarks, from shape and pose to their place in space."""
from typing import Optional, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from ajahr_mm.body_models import skinning
from ajahr_mm.body_models.assets import BodyArrays
from ajahr_mm.body_models.stump import Cut, Stump


class Surface(nn.Module):
    """The vertices ``ids`` of a body, in this order. Buffers (3 before V, see :mod:`.skinning`): ``template`` (1,3V),
    ``directions`` (N,3V) or with pose blend shapes (N+207,3V), ``weights`` (24,V)."""

    def __init__(self, body: BodyArrays, ids: Sequence[int], stump: Stump) -> None:
        super().__init__()
        directions = body.shapedirs[ids]
        if body.posedirs is not None:
            directions = np.concatenate([directions, body.posedirs[ids]], -1)
        for name, value in (('template', body.v_template[ids].T.reshape(1, -1)), ('weights', body.weights[ids].T),
                            ('directions', directions.transpose(2, 1, 0).reshape(directions.shape[2], -1))):
            self.register_buffer(name, torch.from_numpy(value).float().contiguous(), persistent=False)
        self.limbs = stump.skin(ids)

    def forward(self, coefficients: Tensor, transforms: Tensor, stump: Optional[Stump] = None,
                cut: Optional[Cut] = None) -> Tensor:
        """(B,V,3) m of blend coefficients (B,N) or (B,N+207) and transforms (B,24,3,4); limbs end at the ``cut``."""
        points = skinning.blend(self.template, self.directions, coefficients)
        if cut is not None:
            points = stump.shorten(points, self.limbs, cut)
        return skinning.skin(points, self.weights, transforms)
