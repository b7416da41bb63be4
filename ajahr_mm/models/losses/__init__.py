"""Loss terms of Eq. 2, 5 and 6."""
from ajahr_mm.models.losses.body_losses import BodyLosses
from ajahr_mm.models.losses.limb_loss import limb_cross_entropy
from ajahr_mm.models.losses.pose_adversary import PoseAdversary
from ajahr_mm.models.losses.pose_discriminator import PoseDiscriminator
from ajahr_mm.models.losses.tals_losses import TALSLosses
from ajahr_mm.models.losses.vq_losses import PoseReconstructionLosses

__all__ = ['BodyLosses', 'PoseAdversary', 'PoseDiscriminator', 'PoseReconstructionLosses', 'TALSLosses',
           'limb_cross_entropy']
