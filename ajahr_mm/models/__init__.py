"""Networks: every swappable part is one file and one name in the MODELS registry."""
from ajahr_mm.models.backbones import CBAMResNet, HRNetBackbone, HybridBackbone, ViTBackbone
from ajahr_mm.models.body_estimator import BodyEstimator
from ajahr_mm.models.bpac_net import BPACNet
from ajahr_mm.models.decoders import BoxPooling, TwoPathDecoder
from ajahr_mm.models.heads import (BodyParamsHead, CLIFFHead, PoseHead, RegressionPoseHead, SwitchingTokenHead,
                                   TokenPoseHead)
from ajahr_mm.models.limb_estimator import LimbEstimator
from ajahr_mm.models.losses import BodyLosses, PoseAdversary, PoseDiscriminator, PoseReconstructionLosses, TALSLosses
from ajahr_mm.models.mean_body import MeanBody
from ajahr_mm.models.pose_autoencoder import PoseAutoencoder
from ajahr_mm.models.preprocessor import BodyPreprocessor, PosePreprocessor
from ajahr_mm.models.tokenizers import PoseNoise, VQPoseCodec

__all__ = [
    'BPACNet', 'BodyEstimator', 'BodyLosses', 'BodyParamsHead', 'BodyPreprocessor', 'BoxPooling', 'CBAMResNet',
    'CLIFFHead', 'HRNetBackbone', 'HybridBackbone', 'LimbEstimator', 'MeanBody', 'PoseAdversary', 'PoseAutoencoder',
    'PoseDiscriminator', 'PoseHead', 'PoseNoise', 'PosePreprocessor', 'PoseReconstructionLosses',
    'RegressionPoseHead', 'SwitchingTokenHead', 'TALSLosses', 'TokenPoseHead', 'TwoPathDecoder', 'VQPoseCodec',
    'ViTBackbone']
