"""Finders of people."""
import numpy as np
import pytest
import torch

from ajahr_mm.apis.detectors import TorchvisionDetector, WholeImage
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import DETECTORS

ARCH = 'ssdlite320_mobilenet_v3_large'  # the smallest detector of torchvision


def test_the_whole_image_is_one_box(photo):
    np.testing.assert_array_equal(DETECTORS.build(dict(type='WholeImage'))(photo), [[0, 0, 100, 120]])
    assert isinstance(DETECTORS.build(dict(type='ajahr_mm.WholeImage')), WholeImage)


@pytest.fixture(scope='module')
def checkpoint(tmp_path_factory):
    from torchvision.models import get_model
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp('weights') / 'ssdlite.pth'
    torch.save(get_model(ARCH, weights=None, weights_backbone=None).state_dict(), path)
    return path


def test_torchvision_boxes_are_people_above_the_score(checkpoint, photo):
    detector = TorchvisionDetector(checkpoint, ARCH, score=0.5, max_people=2)
    boxes = torch.tensor([[1., 2, 30, 40], [3, 4, 50, 60], [5, 6, 70, 80], [7, 8, 90, 100], [0, 0, 9, 9]])
    answer = dict(boxes=boxes, labels=torch.tensor([1, 2, 1, 1, 1]), scores=torch.tensor([.9, .8, .7, .6, .1]))
    seen = []
    detector.model.forward = lambda images: seen.append(images) or [answer]
    np.testing.assert_array_equal(detector(photo), [[1, 2, 30, 40], [5, 6, 70, 80]])
    torch.testing.assert_close(seen[0][0], torch.from_numpy(photo).permute(2, 0, 1) / 255)


def test_torchvision_runs_for_real(checkpoint, photo):
    assert TorchvisionDetector(checkpoint, ARCH)(photo).shape[1:] == (4,)


def test_torchvision_refusals(checkpoint, tmp_path):
    with pytest.raises(UserError, match='nowhere.pth does not exist.*https://download.pytorch.org'):
        TorchvisionDetector(tmp_path / 'nowhere.pth')
    with pytest.raises(UserError, match='no detector .*fasterrcnn'):
        TorchvisionDetector(checkpoint, 'resnet18')
    torch.save({'weight': torch.zeros(3)}, tmp_path / 'other.pth')
    with pytest.raises(UserError, match='other.pth is of another model'):
        TorchvisionDetector(tmp_path / 'other.pth', ARCH)
