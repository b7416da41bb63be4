"""Layers for prediction only: what belongs together runs in one kernel, with weights laid out for the processor."""
from typing import Optional

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, linear, scaled_dot_product_attention
from torch.nn.utils.fusion import fuse_conv_bn_eval

from ajahr_mm.models.backbones.cbam_resnet import CBAMResNet


class FusedLinear(nn.Module):
    """A linear layer with its GELU or the residual sum behind it: (…,in) -> (…,out), same numbers up to rounding.

    On a CPU the weights are stored once in the order oneDNN multiplies them in, instead of at every call.

    Args:
        source: the layer; its weights are copied.
        activation: 'none' or 'gelu'.
        rows: rows that a typical input has, for which the order is chosen; any number works.
    """

    def __init__(self, source: nn.Linear, activation: str = 'none', rows: int = 192) -> None:
        super().__init__()
        self.activation, self.bias = activation, None if source.bias is None else source.bias.detach()
        self.weight, self.packed = source.weight.detach(), False
        if can_pack(self.weight):
            self.weight, self.packed = torch.ops.mkldnn._reorder_linear_weight(self.weight, rows), True

    def forward(self, x: Tensor, residual: Optional[Tensor] = None) -> Tensor:
        """x (…,in); residual (…,out) is added last, if given."""
        if not self.packed:
            out = linear(x, self.weight, self.bias)
            out = gelu(out) if self.activation == 'gelu' else out
            return out if residual is None else out + residual
        if residual is not None and self.activation == 'none':
            return torch.ops.mkldnn._linear_pointwise(x, residual, self.weight, self.bias, 'add')
        out = torch.ops.mkldnn._linear_pointwise(x, self.weight, self.bias, self.activation, [], 'none')
        return out if residual is None else out + residual


class FusedBlock(nn.Module):
    """A pre-norm transformer block of mmpretrain's VisionTransformer: (B,N,C) -> (B,N,C)."""

    def __init__(self, block: nn.Module) -> None:
        super().__init__()
        first, second = block.ffn.layers[0][0], block.ffn.layers[1]
        self.ln1, self.ln2, self.heads = block.ln1, block.ln2, block.attn.num_heads
        self.qkv, self.proj = FusedLinear(block.attn.qkv), FusedLinear(block.attn.proj)
        self.fc1, self.fc2 = FusedLinear(first, 'gelu'), FusedLinear(second)

    @staticmethod
    def fits(module: nn.Module) -> bool:
        """Whether the module is such a block with nothing in it that this class leaves out."""
        if type(module).__name__ != 'TransformerEncoderLayer' or not hasattr(module, 'ffn'):
            return False
        attention, ffn = module.attn, module.ffn
        plain = all(isinstance(part, nn.Identity) for part in (attention.gamma1, ffn.gamma2))
        return plain and not attention.v_shortcut and ffn.add_identity and _is_exact_gelu(ffn.layers[0][1])

    def forward(self, x: Tensor) -> Tensor:
        qkv = self.qkv(self.ln1(x)).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        x = self.proj(scaled_dot_product_attention(*qkv).transpose(1, 2).flatten(2), x)
        return self.fc2(self.fc1(self.ln2(x)), x)


def can_pack(weight: Tensor) -> bool:
    """Packing pays for bfloat16 on CPUs; in float32 the plain product is as fast."""
    return (weight.device.type == 'cpu' and weight.dtype == torch.bfloat16 and torch.backends.mkldnn.is_available()
            and hasattr(torch.ops.mkldnn, '_reorder_linear_weight'))


def fuse(network: nn.Module) -> None:
    """Replaces, in place, what has a fused form: ViT blocks, linear layers with their GELU, convolutions with their norm."""
    if isinstance(network, CBAMResNet):
        _fold_norms(network)
    for name, child in network.named_children():
        if FusedBlock.fits(child):
            setattr(network, name, FusedBlock(child))
        elif type(child) is nn.Linear:
            setattr(network, name, FusedLinear(child))
        elif not isinstance(child, (nn.TransformerEncoderLayer, nn.MultiheadAttention)):  # these read the weights themselves
            fuse(child)
    if isinstance(network, nn.Sequential):
        for index in range(len(network) - 1):
            if isinstance(network[index], FusedLinear) and _is_exact_gelu(network[index + 1]):
                network[index].activation = 'gelu'
                network[index + 1] = nn.Identity()


def _fold_norms(network: CBAMResNet) -> None:
    """Every convolution takes in the batch norm that follows it."""
    for module in network.modules():
        pairs = [('conv1', 'bn1'), ('conv2', 'bn2')]
        if isinstance(module, nn.Sequential) and len(module) == 2 and isinstance(module[1], nn.BatchNorm2d):
            pairs = [('0', '1')]
        for convolution, norm in pairs:
            if isinstance(getattr(module, norm, None), nn.BatchNorm2d):
                setattr(module, convolution, fuse_conv_bn_eval(getattr(module, convolution), getattr(module, norm)))
                setattr(module, norm, nn.Identity())


def _is_exact_gelu(module: nn.Module) -> bool:
    return isinstance(module, nn.GELU) and module.approximate == 'none'
