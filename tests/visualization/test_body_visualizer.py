"""BodyVisualizer: side by side, into files and back-ends."""
import cv2
import numpy as np
import pytest
import torch
from mmengine.structures import BaseDataElement

from ajahr_mm.anatomy import limbs
from ajahr_mm.registry import BODY_MODELS, VISUALIZERS
from ajahr_mm.structures import BodySample
from ajahr_mm.visualization.badge import HEIGHT
from ajahr_mm.visualization.body_visualizer import BodyVisualizer

BALL = .3 * torch.tensor([[1., 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]])


class VisualizerBall(torch.nn.Module):
    faces = np.array([[0, 2, 4], [2, 1, 4], [1, 3, 4], [3, 0, 4], [2, 0, 5], [1, 2, 5], [3, 1, 5], [0, 3, 5]])
    asked = []

    def forward(self, global_orient, body_pose, betas, limb_extent=None, with_vertices=True):
        self.asked.append(None if limb_extent is None else limb_extent[0].tolist())
        return BaseDataElement(vertices=BALL[None], joints=torch.zeros(1, 24, 3))


@pytest.fixture
def visualizer(tmp_path):
    BODY_MODELS.register_module(module=VisualizerBall, force=True)
    VisualizerBall.asked.clear()
    yield BodyVisualizer(body=dict(type='VisualizerBall'), renderer='torch', panel=128,
                         vis_backends=[dict(type='LocalVisBackend')], save_dir=str(tmp_path / 'vis'))
    BODY_MODELS.module_dict.pop('VisualizerBall')


def sample(**gt):
    body = dict(global_orient=torch.eye(3), body_pose=torch.eye(3).repeat(23, 1, 1), betas=torch.zeros(10),
                camera=torch.tensor([.9, 0., 0.]), limb_extent=torch.tensor([3., 3, 3, 1]))
    keypoints = torch.zeros(44, 3)
    keypoints[0] = torch.tensor([64., 64., 1.])
    true = dict(body, keypoints_2d=keypoints, input_keypoints=torch.full((12, 3), 40.), has_pose=torch.tensor(1.),
                has_limbs=torch.tensor(1.), limb_classes=torch.tensor([0, 0, 0, 2]))
    true.update(gt)
    classes = torch.tensor([0, 0, 1, 0])
    pred = dict(body, limb_probs=.7 * torch.eye(4)[classes] + .075, limb_classes=classes,
                limb_extent=limbs.classes_to_extent(classes))
    return BodySample(gt=BaseDataElement(**true), pred=BaseDataElement(**pred))


IMAGE = np.full((256, 256, 3), 50, np.uint8)


def test_input_truth_and_prediction_stand_side_by_side(visualizer, tmp_path):
    visualizer.add_datasample('val', IMAGE, sample(), out_file=str(tmp_path / 'a.png'))
    drawn = cv2.imread(str(tmp_path / 'a.png'))[..., ::-1]
    assert drawn.shape == (128 + HEIGHT, 3 * 128, 3)
    bodies = [(column[60:68, 60:68].astype(int) - 50).__abs__().mean() > 20 for column in np.split(drawn, 3, axis=1)]
    assert bodies == [False, True, True]
    assert VisualizerBall.asked == [[3, 3, 3, 1], None, [3, 3, 2, 3], None], 'each body with its own limbs'


@pytest.mark.parametrize('draw_gt, draw_pred, columns', [(True, False, 2), (False, True, 2), (False, False, 1)])
def test_parts_can_be_left_out(visualizer, tmp_path, draw_gt, draw_pred, columns):
    visualizer.add_datasample('val', IMAGE, sample(), draw_gt, draw_pred, out_file=str(tmp_path / 'a.png'))
    assert cv2.imread(str(tmp_path / 'a.png')).shape[1] == columns * 128


def test_unknown_poses_are_not_drawn(visualizer, tmp_path):
    unknown = sample(has_pose=torch.tensor(0.))
    visualizer.add_datasample('val', IMAGE, unknown, draw_pred=False, out_file=str(tmp_path / 'a.png'))
    assert VisualizerBall.asked == []


def test_a_sample_without_labels_or_prediction(visualizer, tmp_path):
    visualizer.add_datasample('val', IMAGE, BodySample(), out_file=str(tmp_path / 'a.png'))
    assert cv2.imread(str(tmp_path / 'a.png')).shape[1] == 128


def test_the_back_ends_get_it(visualizer, tmp_path):
    visualizer.add_datasample('val', IMAGE, sample(), step=7)
    files = [str(f) for f in (tmp_path / 'vis').rglob('*.png')]
    assert len(files) == 1 and 'val_7' in files[0]


def test_it_is_registered():
    assert VISUALIZERS.get('BodyVisualizer') is BodyVisualizer
