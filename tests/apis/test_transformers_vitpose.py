"""ViTPose through transformers, with random weights: the road is tested, not the eye."""
import json

import numpy as np
import pytest
import torch

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import DETECTORS

transformers = pytest.importorskip('transformers')
BOXES = np.array([[10., 10., 60., 110.], [40., 20., 90., 100.], [0., 0., 30., 30.]])


def save(folder, keypoints=17, experts=1):
    backbone = transformers.VitPoseBackboneConfig(
        image_size=[64, 48], patch_size=[16, 16], hidden_size=16, num_hidden_layers=2, num_attention_heads=2, mlp_ratio=2,
        out_indices=[2], num_experts=experts, part_features=4)
    torch.manual_seed(0)
    config = transformers.VitPoseConfig(backbone_config=backbone, num_labels=keypoints)
    transformers.VitPoseForPoseEstimation(config).save_pretrained(folder)
    transformers.VitPoseImageProcessor(size=dict(height=64, width=48)).save_pretrained(folder)
    return folder


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    return save(tmp_path_factory.mktemp('vitpose'))


def build(folder, **arguments):
    return DETECTORS.build(dict(type='TransformersViTPose', folder=str(folder), **arguments))


def test_keypoints_are_in_image_pixels_around_their_box(folder, photo):
    keypoints = build(folder)(photo, BOXES)
    assert keypoints.shape == (3, 17, 3) and np.isfinite(keypoints).all() and keypoints.dtype == np.float64
    for person, box in zip(keypoints, BOXES):  # a box is widened by a quarter and to the network's 3:4
        centre, reach = (box[:2] + box[2:]) / 2, (box[2:] - box[:2]).max()
        assert (np.abs(person[:, :2] - centre) < reach).all()


def test_a_peak_of_the_heatmap_comes_back_to_the_middle_of_the_box(folder, photo, monkeypatch):
    detector = build(folder)

    def forward(pixels, **_):
        heatmaps = torch.zeros(len(pixels), 17, 16, 12)
        y, x = torch.meshgrid(torch.arange(16.), torch.arange(12.), indexing='ij')
        heatmaps[:] = torch.exp(-((x - 5.5) ** 2 + (y - 7.5) ** 2) / 8)
        return transformers.models.vitpose.modeling_vitpose.VitPoseEstimatorOutput(heatmaps=heatmaps)
    monkeypatch.setattr(detector.network, 'forward', forward)
    keypoints = detector(photo, BOXES[:2])
    for person, box in zip(keypoints, BOXES):
        np.testing.assert_allclose(person[:, :2], np.tile((box[:2] + box[2:]) / 2, (17, 1)), atol=3)
    assert (keypoints[..., 2] > .8).all()


def test_people_do_not_depend_on_one_another_and_boxes_are_not_changed(folder, photo):
    boxes = BOXES.copy()
    together, alone = (build(folder, batch=batch)(photo, boxes) for batch in (8, 1))
    np.testing.assert_allclose(together, alone, atol=.05)
    np.testing.assert_array_equal(boxes, BOXES)
    assert build(folder)(photo, BOXES[:0]).shape == (0, 17, 3)


def test_the_experts_of_vitpose_plus_give_answers_of_their_own(tmp_path, photo):
    save(tmp_path / 'plus', experts=3)
    first, second = (build(tmp_path / 'plus', expert=expert)(photo, BOXES) for expert in (0, 1))
    assert (first != second).any()


def test_refusals(folder, tmp_path):
    with pytest.raises(UserError, match='nowhere is not a folder: it should be a ViTPose model'):
        build(tmp_path / 'nowhere')
    with pytest.raises(UserError, match='predicts 21 keypoints, but the 17 of COCO are needed'):
        build(save(tmp_path / 'hands', keypoints=21))
    (tmp_path / 'config.json').write_text(json.dumps(dict(model_type='sam')))
    with pytest.raises(UserError, match="type 'sam', but it should be a ViTPose model"):
        build(tmp_path)
