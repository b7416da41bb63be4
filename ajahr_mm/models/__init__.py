"""Networks: every swappable part is one file and one name in the MODELS registry."""
from ajahr_mm.models.backbones import CBAMResNet, HybridBackbone, ViTBackbone
from ajahr_mm.models.body_estimator import BodyEstimator
from ajahr_mm.models.bpac_net import BPACNet
from ajahr_mm.models.decoders import TwoPathDecoder
from ajahr_mm.models.heads import BodyParamsHead, PoseHead, RegressionPoseHead, SwitchingTokenHead, TokenPoseHead
from ajahr_mm.models.losses import BodyLosses, PoseReconstructionLosses
from ajahr_mm.models.mean_body import MeanBody
from ajahr_mm.models.pose_autoencoder import PoseAutoencoder
from ajahr_mm.models.preprocessor import BodyPreprocessor, PosePreprocessor
from ajahr_mm.models.tokenizers import PoseNoise, VQPoseCodec

__all__ = [
    'BPACNet', 'BodyEstimator', 'BodyLosses', 'BodyParamsHead', 'BodyPreprocessor', 'CBAMResNet',
    'HybridBackbone', 'MeanBody', 'PoseAutoencoder', 'PoseHead', 'PoseNoise', 'PosePreprocessor',
    'PoseReconstructionLosses', 'RegressionPoseHead', 'SwitchingTokenHead', 'TokenPoseHead', 'TwoPathDecoder', 'VQPoseCodec', 'ViTBackbone']
