"""Laying rendered people over pictures."""
from typing import Optional

import numpy as np
import torch
from torch import Tensor

from ajahr_mm.io.errors import UserError
from ajahr_mm.rendering.arrays import Array, as_tensor
from ajahr_mm.rendering.frame import Frame


def composite(frame: Frame, background: Array, opacity: float = 1.0) -> Array:
    """Frame over ``background`` (B,H,W,3) or (H,W,3) uint8 -> (B,H,W,3) uint8, of the background's kind.

    Raises UserError if the sizes differ, the background is not uint8 or ``opacity`` is outside 0..1.
    """
    if not 0 <= opacity <= 1:
        raise UserError(f'opacity must be between 0 and 1, got {opacity}')
    if background.dtype not in (np.uint8, torch.uint8):
        raise UserError(f'the background must be uint8 RGB, got {background.dtype}')
    rgb = as_tensor('frame.rgb', frame.require('rgb'), torch.uint8)
    alpha = as_tensor('frame.alpha', frame.require('alpha'), torch.uint8)
    if isinstance(background, Tensor):
        rgb, alpha = rgb.to(background.device), alpha.to(background.device)
    else:
        rgb, alpha = rgb.numpy(), alpha.numpy()
    base = background if background.ndim == 4 else background[None]
    if base.shape[1:] != rgb.shape[1:] or (len(base) != len(rgb) and 1 not in (len(base), len(rgb))):
        raise UserError(f'background {tuple(background.shape)} does not fit the frame {tuple(rgb.shape)}')
    # Fixed point: a weight of 255 gives the frame's colour and 0 the background's, both to the bit.
    weight = _wide(alpha)[..., None]
    if opacity < 1:
        weight = (weight * round(opacity * 255) + 127) // 255
    mixed = (_wide(rgb) * weight + _wide(base) * (255 - weight) + 127) // 255
    return mixed.to(torch.uint8) if isinstance(mixed, Tensor) else mixed.astype(np.uint8)


def overlay(image: Array, frame: Frame, opacity: float = 0.85, index: Optional[int] = None) -> Array:
    """Frame over one ``image`` (H,W,3) uint8 -> (H,W,3) uint8, of the image's kind.

    All B pictures of the frame are laid on one after the other, or only picture ``index``. For people who hide each
    other render them in one scene (:meth:`Mesh.repeat`); this knows no depth between pictures.
    """
    if image.ndim != 3:
        raise UserError(f'overlay takes one image (H, W, 3), got shape {tuple(image.shape)}')
    rgb, alpha = frame.require('rgb'), frame.require('alpha')
    for i in range(len(rgb)) if index is None else (index,):
        one = Frame(frame.camera, frame.mesh, rgb=rgb[i][None], alpha=alpha[i][None])
        image = composite(one, image, opacity)[0]
    return image


def _wide(values: Array) -> Array:
    """uint8 to 32 bits, so that products do not wrap."""
    return values.to(torch.int32) if isinstance(values, Tensor) else values.astype(np.int32)
