"""Bodies: the packaged free one and SMPL files, skinned with limbs that may end early."""
from ajahr_mm.body_models.body_model import BodyModel, BodyOutput, build_body

__all__ = ['BodyModel', 'BodyOutput', 'build_body']
