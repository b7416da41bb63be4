"""Encoders of other libraries in the place of ours."""
from typing import Optional

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from ajahr_mm.registry import MODELS

_PROBE = 64  # px; every encoder of the field takes it


class ForeignEncoder(BaseModule):
    """A backbone of mmpretrain or mmpose, which returns several maps or a vector: (B,C,H,W) -> its last map (B,C',h,w).

    Args:
        net: the backbone.
        in_channels: of its input.
    """

    def __init__(self, net: nn.Module, in_channels: int = 3) -> None:
        super().__init__()
        self.net = net
        training, size = net.training, getattr(net, 'img_size', _PROBE)
        with torch.no_grad():
            self.out_channels: int = self.eval()(torch.zeros(1, in_channels, *_pair(size))).shape[1]
        self.train(training)

    def forward(self, x: Tensor) -> Tensor:
        out = self.net(x)
        out = out[-1] if isinstance(out, (tuple, list)) else out
        return out[..., None, None] if out.ndim == 2 else out


def _pair(size) -> tuple:
    return (size, size) if isinstance(size, int) else tuple(size)


def build_encoder(cfg: dict, in_channels: Optional[int] = None) -> nn.Module:
    """An encoder from its config; a ``type`` of another scope, such as ``mmpretrain.ResNet``, is adapted to ours.

    With ``in_channels`` it gets that many input channels unless the config says otherwise, and pre-trained weights for
    three are widened (:func:`widen_stem`).
    """
    cfg = dict(cfg) if in_channels is None else {'in_channels': in_channels, **cfg}
    net = MODELS.build(cfg)
    scope = cfg['type'].split('.')[0] if isinstance(cfg['type'], str) and '.' in cfg['type'] else MODELS.scope
    if in_channels is not None:
        widen_stem(net, in_channels)
    return net if scope == MODELS.scope else ForeignEncoder(net, cfg.get('in_channels', 3))


def widen_stem(net: nn.Module, in_channels: int) -> None:
    """Lets the first convolution of ``net`` take weights for RGB: further channels get their mean, as in the release.

    Without an image among the channels (12 heat-maps alone) all of them do.
    """
    stem = next((m for m in net.modules() if isinstance(m, nn.Conv2d) and m.in_channels == in_channels), None)
    if stem is None or in_channels == 3:
        return

    def widen(module, state, prefix, *_) -> None:
        weight = state.get(prefix + 'weight')
        if weight is not None and weight.shape[1] == 3:
            mean = weight.mean(1, keepdim=True)
            kept = weight if in_channels > 12 else weight[:, :0]
            state[prefix + 'weight'] = torch.cat([kept, mean.expand(-1, in_channels - kept.shape[1], -1, -1)], 1)

    stem.register_load_state_dict_pre_hook(widen)
