"""A trained estimator made ready to predict: fused layers, and bfloat16 where the processor multiplies it natively."""
from typing import Any, List

import torch
from torch import Tensor, nn

from ajahr_mm.io.errors import UserError
from ajahr_mm.models.fused_layers import fuse
from ajahr_mm.models.tokenizers import VQPoseCodec

DTYPES = ('auto', 'float32', 'bfloat16')


def accelerate(model: nn.Module, dtype: str = 'auto') -> nn.Module:
    """Fuses the networks of an estimator in place and sets their arithmetic; for prediction only, nothing can be trained after.

    Networks in bfloat16 take and give float32, so rotations, read-outs, camera, softmax and body stay in float32.

    Args:
        model: a ``BodyEstimator`` on its device, with its weights.
        dtype: 'float32', 'bfloat16', or 'auto': bfloat16 where the device multiplies it natively.

    Returns:
        the same model, in evaluation mode.

    Raises:
        UserError: another dtype.
    """
    lower_precision(model, dtype)
    for network in networks_of(model):
        fuse(network)
    return model.eval().requires_grad_(False)


def lower_precision(model: nn.Module, dtype: str = 'auto') -> None:
    """The first half of :func:`accelerate`: networks in ``dtype`` that take and give float32; their layers stay as they are."""
    if dtype not in DTYPES:
        raise UserError(f'dtype {dtype!r} is not one of {", ".join(DTYPES)}.')
    if hasattr(model, 'precision'):
        model.precision = None  # no autocast: the networks' own type decides
    device = next((p.device for p in model.parameters()), torch.device('cpu'))
    if dtype == 'bfloat16' or (dtype == 'auto' and multiplies_bfloat16(device)):
        for network in networks_of(model):
            network.to(torch.bfloat16)
            network.register_forward_pre_hook(_lower, with_kwargs=True)
            network.register_forward_hook(_raise)


def networks_of(model: nn.Module) -> List[nn.Module]:
    """The parts of an estimator where the arithmetic is: encoders, decoder, token bridge, decoders of the tokenizers."""
    classifier, pose_head = getattr(model, 'limb_classifier', None), getattr(model, 'pose_head', None)
    parts = [getattr(model, 'backbone', None), getattr(classifier, 'backbone', None), getattr(model, 'decoder', None),
             getattr(pose_head, 'bridge', None)]
    if pose_head is not None:
        parts += [codec.decoder for codec in pose_head.modules() if isinstance(codec, VQPoseCodec)]
    return [part for part in parts if part is not None]


def multiplies_bfloat16(device: torch.device) -> bool:
    """Whether the device has instructions for bfloat16 products; elsewhere it is slower than float32."""
    if device.type == 'cuda':
        return torch.cuda.is_bf16_supported(including_emulation=False)
    checks = (getattr(torch.cpu, name, lambda: False) for name in ('_is_avx512_bf16_supported', '_is_amx_tile_supported'))
    return device.type == 'cpu' and torch.backends.mkldnn.is_available() and any(check() for check in checks)


def _lower(_, args: tuple, kwargs: dict) -> tuple:
    return tuple(_to(torch.bfloat16, a) for a in args), {name: _to(torch.bfloat16, a) for name, a in kwargs.items()}


def _raise(_, __, output: Any) -> Any:
    return _to(torch.float32, output)


def _to(dtype: torch.dtype, value: Any) -> Any:
    """Floating tensors in another precision; everything else as it is."""
    return value.to(dtype) if isinstance(value, Tensor) and value.is_floating_point() else value
