"""Encoders of other libraries in the place of ours."""
import inspect
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
    three are widened (:func:`widen_stem`). Encoders that know RGB only (MobileNetV3) get another first convolution.
    """
    scope = cfg['type'].split('.')[0] if isinstance(cfg['type'], str) and '.' in cfg['type'] else MODELS.scope
    channels = cfg.get('in_channels', in_channels)
    if scope != MODELS.scope and 'in_channels' not in inspect.signature(MODELS.get(cfg['type'])).parameters:
        net = MODELS.build({key: value for key, value in cfg.items() if key != 'in_channels'})
        _replace_stem(net, channels or 3)
    else:
        net = MODELS.build(cfg if channels is None else {**cfg, 'in_channels': channels})
    if channels is not None:
        widen_stem(net, channels)
    return net if scope == MODELS.scope else ForeignEncoder(net, channels or 3)


def _replace_stem(net: nn.Module, in_channels: int) -> None:
    name, stem = next((name, m) for name, m in net.named_modules() if isinstance(m, nn.Conv2d))
    if in_channels == stem.in_channels:
        return
    *path, last = name.split('.')
    setattr(net.get_submodule('.'.join(path)), last, nn.Conv2d(
        in_channels, stem.out_channels, stem.kernel_size, stem.stride, stem.padding, stem.dilation,
        bias=stem.bias is not None))


def widen_stem(net: nn.Module, in_channels: int) -> None:
    """Lets the first convolution of ``net`` take weights for RGB: further channels get their mean, as in the release.

    Without an image among the channels (12 heat-maps alone) all of them do. ``init_cfg=dict(type='Pretrained', …)`` and
    ``load_state_dict`` both do so.
    """
    stem = next((m for m in net.modules() if isinstance(m, nn.Conv2d) and m.in_channels == in_channels), None)
    if stem is None or in_channels == 3:
        return

    def widen(state: dict, prefix: str) -> None:
        weight = state.get(prefix + 'weight')
        if weight is not None and weight.shape[1] == 3:
            kept = weight if in_channels > 12 else weight[:, :0]
            mean = weight.mean(1, keepdim=True).expand(-1, in_channels - kept.shape[1], -1, -1)
            state[prefix + 'weight'] = torch.cat([kept, mean], 1)

    stem.adapt_state = widen
    stem.register_load_state_dict_pre_hook(lambda module, state, prefix, *_: widen(state, prefix))
