"""Bodies: the packaged free one and SMPL files, skinned with limbs that may end early."""
from ajahr_mm.body_models.body_model import BodyModel, BodyOutput, build_body
from ajahr_mm.body_models.named_keypoints import keypoint_regressor, keypoints_of

__all__ = ['BodyModel', 'BodyOutput', 'build_body', 'keypoint_regressor', 'keypoints_of']
