"""Image encoders: every one maps (B,3,H,W) to a feature map (B,C,h,w)."""
from ajahr_mm.models.backbones.cbam_resnet import CBAMResNet
from ajahr_mm.models.backbones.hrnet import HRNetBackbone
from ajahr_mm.models.backbones.hybrid import HybridBackbone
from ajahr_mm.models.backbones.vit import ViTBackbone

__all__ = ['CBAMResNet', 'HRNetBackbone', 'HybridBackbone', 'ViTBackbone']
