"""The slot for pose heads: what ``BodyEstimator`` asks of them."""
from abc import abstractmethod
from typing import Optional

from mmengine.model import BaseModule
from torch import Tensor, nn

from ajahr_mm.anatomy.skeleton import NUM_BODY_JOINTS
from ajahr_mm.models.precision import float32_region


def small_linear(inputs: int, outputs: int) -> nn.Linear:
    """A read-out that starts near zero, so that a fresh network predicts its initial values."""
    layer = nn.Linear(inputs, outputs)
    nn.init.xavier_uniform_(layer.weight, gain=0.01)
    nn.init.zeros_(layer.bias)
    return layer


class PoseHead(BaseModule):
    """Hidden state -> rotations of the 23 body joints. Subclasses implement :meth:`forward`.

    A head of your own inherits from this class, is registered with ``@MODELS.register_module()`` and named in the
    config as ``pose_head=dict(type='YourHead', ...)``.
    """

    @abstractmethod
    def forward(self, hidden: Tensor, is_amputee: Optional[Tensor] = None) -> Tensor:
        """Hidden state (B,dim), amputation status (B,) bool or None if unknown -> rotations (B,23,3,3), float32.

        The rotations are those of SMPL joints 1..23 relative to their parents, all of them proper rotations: lost
        limbs keep a pose here, and the body model takes them away (paper Sec. 3.3.2).
        """


def checked_rotations(rotations: Tensor) -> Tensor:
    """(B,23,3,3) in float32, whatever precision the head ran in; ValueError for another shape."""
    if rotations.shape[1:] != (NUM_BODY_JOINTS, 3, 3):
        raise ValueError(f'a pose head must return (B,23,3,3), not {tuple(rotations.shape)}')
    with float32_region(rotations):
        return rotations.float()
