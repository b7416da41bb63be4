"""A body of 24 balls and a network that always gives one answer: enough to test everything around them."""
import numpy as np
import pytest
import torch
from mmengine.model import BaseModel
from mmengine.structures import BaseDataElement

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.keypoints import missing_keypoints
from ajahr_mm.anatomy.skeleton import PARENTS

# Rest joints, y up, metres: a person in T-pose about 1.7 m high.
REST = np.array([[0, 0, 0], [.07, -.08, 0], [-.07, -.08, 0], [0, .11, 0], [.1, -.47, 0], [-.1, -.47, 0], [0, .25, 0],
                 [.09, -.87, 0], [-.09, -.87, 0], [0, .3, 0], [.1, -.93, .1], [-.1, -.93, .1], [0, .52, 0], [.07, .42, 0],
                 [-.07, .42, 0], [0, .6, .05], [.19, .45, 0], [-.19, .45, 0], [.45, .45, 0], [-.45, .45, 0], [.7, .45, 0],
                 [-.7, .45, 0], [.78, .45, 0], [-.78, .45, 0]], np.float32)
_BALL = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], np.float32)
_BALL_FACES = np.array([[0, 2, 4], [2, 1, 4], [1, 3, 4], [3, 0, 4], [2, 0, 5], [1, 2, 5], [3, 1, 5], [0, 3, 5]])


class BallBody(torch.nn.Module):
    """Octahedra at the joints of the rest pose, turned by the global orientation; lost joints fall onto their parent."""

    def __init__(self):
        super().__init__()
        self.register_buffer('rest', torch.from_numpy(REST))
        self.faces = torch.from_numpy(np.concatenate([_BALL_FACES + 6 * j for j in range(24)]))

    def forward(self, global_orient, body_pose, betas, transl=None, limb_extent=None, amputation='collapse',
                with_vertices=True):
        batch = len(betas)
        extent = torch.full((batch, 4), 3.) if limb_extent is None else limb_extent
        missing = limbs.missing_joints(extent)
        joints, radius = self.rest.repeat(batch, 1, 1), torch.full((batch, 24), .07)
        for child, parent in enumerate(PARENTS):
            gone = missing[:, child] & (missing[:, parent] if parent >= 0 else False)
            joints[gone, child] = joints[gone, parent]
        radius[missing] = 0
        joints = joints @ global_orient.transpose(1, 2)
        ball = torch.from_numpy(_BALL) @ global_orient.transpose(1, 2)[:, None]
        balls = joints[:, :, None] + radius[..., None, None] * ball
        keypoints = joints[:, torch.arange(44) % 24]
        return BaseDataElement(vertices=balls.flatten(1, 2) if with_vertices else None, joints=joints, keypoints=keypoints,
                               joint_present=~missing, keypoint_present=~missing_keypoints(extent))


class OneAnswer(BaseModel):
    """Predicts an upright person in the middle of the crop, right leg absent from the knee."""

    def __init__(self, classes=(0, 0, 0, 2), classifier=True):
        super().__init__()
        self.body = BallBody()
        self.scale = torch.nn.Parameter(torch.tensor(.9))
        self.classes, self.classifier, self.seen = torch.tensor(classes), classifier, []

    def forward(self, inputs, data_samples=None, mode='tensor'):
        assert mode == 'predict' and len(inputs) == len(data_samples)
        self.seen += list(zip(inputs, data_samples))
        for sample in data_samples:
            pred = dict(global_orient=torch.diag(torch.tensor([1., -1., -1.])), body_pose=torch.eye(3).repeat(23, 1, 1),
                        betas=torch.zeros(10), camera=torch.tensor([float(self.scale), 0., .15]))
            if self.classifier:
                pred.update(limb_probs=.7 * torch.eye(4)[self.classes] + .075, limb_classes=self.classes,
                            limb_extent=3. - self.classes)
            sample.pred = BaseDataElement(**pred)
        return data_samples


@pytest.fixture
def network():
    return OneAnswer()


@pytest.fixture
def photo():
    """A picture (120,100,3) uint8 that differs at every pixel."""
    return np.random.default_rng(0).integers(0, 255, (120, 100, 3), np.uint8)


@pytest.fixture
def photo_file(tmp_path, photo):
    import cv2
    folder = tmp_path / 'in'
    folder.mkdir()
    cv2.imwrite(str(folder / 'photo.png'), photo[..., ::-1])
    return folder / 'photo.png'
