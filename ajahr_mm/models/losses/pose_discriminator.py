"""Is this a pose that people take? The adversary of HMR and HMR2.0 (Kanazawa et al., CVPR 2018)."""
import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from ajahr_mm.anatomy.skeleton import NUM_BODY_JOINTS
from ajahr_mm.registry import MODELS


@MODELS.register_module()
class PoseDiscriminator(BaseModule):
    """Rotations (B,23,3,3) and betas (B,num_betas) -> (B,25): one value a joint, one of the shape, one of all joints.

    Two 1x1 convolutions shared by the joints embed each rotation; 23 linear read-outs judge the joints one by one, three
    dense layers judge all of them together. 1.8 M parameters, used in training only.

    Args:
        num_betas: shape coefficients.
        joint_width: channels of a joint's embedding.
        pose_width: width of the layers that see all joints.
    """

    def __init__(self, num_betas: int = 10, joint_width: int = 32, pose_width: int = 1024, init_cfg: dict = None) -> None:
        super().__init__(init_cfg)
        self.embed = nn.Sequential(nn.Linear(9, joint_width), nn.ReLU(), nn.Linear(joint_width, joint_width), nn.ReLU())
        self.joints = nn.ModuleList(nn.Linear(joint_width, 1) for _ in range(NUM_BODY_JOINTS))
        self.shape = nn.Sequential(nn.Linear(num_betas, 10), nn.ReLU(), nn.Linear(10, 5), nn.ReLU(), nn.Linear(5, 1))
        self.pose = nn.Sequential(nn.Linear(joint_width * NUM_BODY_JOINTS, pose_width), nn.ReLU(),
                                  nn.Linear(pose_width, pose_width), nn.ReLU(), nn.Linear(pose_width, 1))
        for layer in self.modules():
            if isinstance(layer, nn.Linear):
                nn.init.xavier_uniform_(layer.weight)
                nn.init.zeros_(layer.bias)

    def forward(self, body_pose: Tensor, betas: Tensor) -> Tensor:
        embedded = self.embed(body_pose.flatten(2))
        single = [judge(embedded[:, joint]) for joint, judge in enumerate(self.joints)]
        # Channels before joints, as in the checkpoints of HMR2.0.
        together = self.pose(embedded.transpose(1, 2).flatten(1))
        return torch.cat([*single, self.shape(betas), together], 1)
