"""ViTPose through mmpose, with random weights: the road is tested, not the eye."""
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.registry import DefaultScope

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import register_all

pytest.importorskip('xtcocotools')  # no wheel from Python 3.12 on
mmpose = pytest.importorskip('mmpose')
CONFIG = (Path(mmpose.__file__).parent / '.mim/configs/body_2d_keypoint/topdown_heatmap/coco'
          / 'td-hm_ViTPose-small-simple_8xb64-210e_coco-256x192.py')


@pytest.fixture(scope='module')
def checkpoint(tmp_path_factory):
    from mmpose.apis import init_model
    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope('mmpose'):
        model = init_model(str(CONFIG), device='cpu')
    path = tmp_path_factory.mktemp('weights') / 'vitpose.pth'
    torch.save(dict(state_dict=model.state_dict()), path)
    return path


@pytest.mark.slow
def test_keypoints_are_in_image_pixels_and_the_scope_stays_ours(checkpoint, photo):
    from ajahr_mm.apis.keypoint_detectors import ViTPoseDetector
    register_all()
    detector = ViTPoseDetector(CONFIG, checkpoint)
    boxes = np.array([[10., 10., 60., 110.], [40., 20., 90., 100.]])
    keypoints = detector(photo, boxes)
    assert keypoints.shape == (2, 17, 3) and np.isfinite(keypoints).all()
    for person, box in zip(keypoints, boxes):  # mmpose widens a box by a quarter and to 3:4
        centre, reach = (box[:2] + box[2:]) / 2, 0.75 * (box[2:] - box[:2]).max()
        assert (np.abs(person[:, :2] - centre) < reach).all()
    assert detector(photo, boxes[:0]).shape == (0, 17, 3)
    assert DefaultScope.get_current_instance().scope_name == 'ajahr_mm'


@pytest.mark.slow
def test_refusals(checkpoint, tmp_path):
    from ajahr_mm.apis.keypoint_detectors import ViTPoseDetector
    with pytest.raises(UserError, match='nowhere.py does not exist'):
        ViTPoseDetector(tmp_path / 'nowhere.py', checkpoint)
    with pytest.raises(UserError, match='nowhere.pth does not exist'):
        ViTPoseDetector(CONFIG, tmp_path / 'nowhere.pth')
