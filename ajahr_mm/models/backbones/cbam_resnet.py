"""ResNet of basic blocks with a convolutional block attention module (CBAM, Woo et al., ECCV 2018) in each."""
from typing import Sequence

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from ajahr_mm.registry import MODELS


class ChannelAttention(nn.Module):
    """Which channels matter: (B,C,h,w) -> gate (B,C,1,1), one bottleneck shared by average and maximum pooling."""

    def __init__(self, channels: int, reduction: int = 16) -> None:
        super().__init__()
        hidden = max(channels // reduction, 1)
        self.fc1 = nn.Conv2d(channels, hidden, 1, bias=False)
        self.fc2 = nn.Conv2d(hidden, channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        pooled = torch.cat([x.mean((2, 3), keepdim=True), x.amax((2, 3), keepdim=True)])
        average, maximum = self.fc2(self.fc1(pooled).relu()).chunk(2)
        return (average + maximum).sigmoid()


class SpatialAttention(nn.Module):
    """Where to look: (B,C,h,w) -> gate (B,1,h,w) from the mean and maximum over channels."""

    def __init__(self, kernel_size: int = 7) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(2, 1, kernel_size, padding=kernel_size // 2, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv1(torch.cat([x.mean(1, keepdim=True), x.amax(1, keepdim=True)], 1)).sigmoid()


class CBAM(nn.Module):
    """Channel attention, then spatial attention."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.ca = ChannelAttention(channels)
        self.sa = SpatialAttention()

    def forward(self, x: Tensor) -> Tensor:
        x = x * self.ca(x)
        return x * self.sa(x)


class BasicBlock(nn.Module):
    """Two 3x3 convolutions; the attention acts after the second batch norm and before the residual sum."""

    def __init__(self, in_channels: int, channels: int, stride: int = 1, attention: bool = True) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.cbam = CBAM(channels) if attention else nn.Identity()
        self.downsample = None
        if stride != 1 or in_channels != channels:
            self.downsample = nn.Sequential(nn.Conv2d(in_channels, channels, 1, stride, bias=False),
                                            nn.BatchNorm2d(channels))

    def forward(self, x: Tensor) -> Tensor:
        out = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        shortcut = x if self.downsample is None else self.downsample(x)
        return (self.cbam(out) + shortcut).relu()


@MODELS.register_module()
class CBAMResNet(BaseModule):
    """ResNet-34 with CBAM (paper Sec. 3.3.1, Supp. G): (B,in_channels,H,W) -> (B,8*width,H/32,W/32).

    Names and shapes of its parameters are those of torchvision's ResNet, so ImageNet weights fit but for ``conv1``.

    Args:
        layers: blocks in each stage; (3,4,6,3) is ResNet-34. Fewer stages give a smaller stride and width.
        width: channels of the first stage, doubled by each later one.
        in_channels: 3 for the image plus one for each heat-map.
        attention: CBAM in every block; False gives a plain ResNet.
        stem: 'conv' (7x7 stride 2 and max-pooling) or 'patch' (4x4 stride 4, several times faster on a CPU).
    """

    def __init__(self, layers: Sequence[int] = (3, 4, 6, 3), width: int = 64, in_channels: int = 15,
                 attention: bool = True, stem: str = 'conv', init_cfg: dict = None) -> None:
        super().__init__(init_cfg)
        if stem not in ('conv', 'patch'):
            raise ValueError(f"stem {stem!r} is not 'conv' or 'patch'")
        if stem == 'conv':
            self.conv1, self.maxpool = nn.Conv2d(in_channels, width, 7, 2, 3, bias=False), nn.MaxPool2d(3, 2, 1)
        else:
            self.conv1, self.maxpool = nn.Conv2d(in_channels, width, 4, 4, bias=False), nn.Identity()
        self.bn1 = nn.BatchNorm2d(width)
        self.num_stages, channels = len(layers), width
        for stage, depth in enumerate(layers):
            out = width * 2 ** stage
            blocks = [BasicBlock(channels if i == 0 else out, out, 2 if stage and i == 0 else 1, attention)
                      for i in range(depth)]
            self.add_module(f'layer{stage + 1}', nn.Sequential(*blocks))
            channels = out
        self.out_channels: int = channels
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode='fan_out', nonlinearity='relu')

    def forward(self, x: Tensor) -> Tensor:
        # Channels last is a fifth faster on CPUs, and what half precision on GPUs wants. But the gradient of a strided 1x1
        # convolution with fewer than 16 channels then writes past its buffer (oneDNN issue 6035).
        if self.conv1.out_channels >= 16:
            x = x.contiguous(memory_format=torch.channels_last)
        x = self.maxpool(self.bn1(self.conv1(x)).relu())
        for stage in range(self.num_stages):
            x = getattr(self, f'layer{stage + 1}')(x)
        return x
