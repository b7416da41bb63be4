"""Pose tokenizers: 21 joint rotations <-> a sequence of codes."""
from ajahr_mm.models.tokenizers.gradient_quantizer import GradientQuantizer
from ajahr_mm.models.tokenizers.pose_decoder import PoseDecoder
from ajahr_mm.models.tokenizers.pose_encoder import PoseEncoder
from ajahr_mm.models.tokenizers.pose_noise import PoseNoise
from ajahr_mm.models.tokenizers.quantizer import EMAQuantizer
from ajahr_mm.models.tokenizers.vq_pose_codec import VQPoseCodec

__all__ = ['EMAQuantizer', 'GradientQuantizer', 'PoseDecoder', 'PoseEncoder', 'PoseNoise', 'VQPoseCodec']
