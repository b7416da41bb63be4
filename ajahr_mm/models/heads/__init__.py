"""Read-outs of the decoder's hidden state."""
from ajahr_mm.models.heads.base import PoseHead
from ajahr_mm.models.heads.body_params_head import BodyParamsHead
from ajahr_mm.models.heads.cliff_head import CLIFFHead
from ajahr_mm.models.heads.regression_pose_head import RegressionPoseHead
from ajahr_mm.models.heads.switching_token_head import SwitchingTokenHead
from ajahr_mm.models.heads.token_bridge import TokenBridge
from ajahr_mm.models.heads.token_pose_head import TokenPoseHead

__all__ = ['BodyParamsHead', 'CLIFFHead', 'PoseHead', 'RegressionPoseHead', 'SwitchingTokenHead', 'TokenBridge',
           'TokenPoseHead']
