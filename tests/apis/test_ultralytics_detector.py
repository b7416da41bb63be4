"""The adapter to ultralytics, with a module in its place: the library is AGPL and not installed."""
import os
import sys
import types

import numpy as np
import pytest
import torch

from ajahr_mm.apis.ultralytics_detector import UltralyticsDetector
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import DETECTORS


class FakeYOLO:
    """Answers as ultralytics documents ``YOLO.predict``: one result a picture, with ``boxes.xyxy`` and ``boxes.conf``."""
    opened, asked = [], []

    def __init__(self, path, task=None):
        if 'broken' in path:
            raise TypeError('not a\nmodel')
        FakeYOLO.opened.append((path, task, os.environ.get('YOLO_OFFLINE'), os.environ.get('YOLO_AUTOINSTALL')))

    def predict(self, picture, **arguments):
        FakeYOLO.asked.append((picture, arguments))
        boxes = types.SimpleNamespace(xyxy=torch.tensor([[1., 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]),
                                      conf=torch.tensor([.5, .9, .7]))
        return [types.SimpleNamespace(boxes=boxes)]


@pytest.fixture
def library(monkeypatch):
    for name in ('YOLO_OFFLINE', 'YOLO_AUTOINSTALL'):
        monkeypatch.setenv(name, 'x')
        monkeypatch.delenv(name)
    monkeypatch.setitem(sys.modules, 'ultralytics', types.SimpleNamespace(YOLO=FakeYOLO))
    FakeYOLO.opened.clear(), FakeYOLO.asked.clear()


@pytest.fixture
def weights(tmp_path):
    path = tmp_path / 'yolo.onnx'
    path.write_bytes(b'x')
    return path


def test_boxes_by_falling_confidence(library, weights, photo):
    detector = DETECTORS.build(dict(type='UltralyticsDetector', weights=str(weights), score=.4, max_people=2))
    np.testing.assert_array_equal(detector(photo), [[5, 6, 7, 8], [9, 10, 11, 12]])
    picture, arguments = FakeYOLO.asked[0]
    np.testing.assert_array_equal(picture[..., ::-1], photo)
    assert arguments == dict(conf=.4, classes=[0], device='cpu', verbose=False)


def test_the_library_is_told_to_stay_offline_before_it_is_imported(library, weights):
    UltralyticsDetector(weights)
    assert FakeYOLO.opened == [(str(weights), 'detect', 'true', 'false')]


def test_pickles_are_opened_only_on_request(library, tmp_path):
    path = tmp_path / 'yolo.pt'
    path.write_bytes(b'x')
    with pytest.raises(UserError, match='yolo.pt is a pickle of ultralytics, which can run code'):
        UltralyticsDetector(path)
    assert not FakeYOLO.opened
    UltralyticsDetector(path, trusted=True)
    assert len(FakeYOLO.opened) == 1


def test_refusals(library, weights, tmp_path, monkeypatch):
    with pytest.raises(UserError, match='nowhere.onnx does not exist'):
        UltralyticsDetector(tmp_path / 'nowhere.onnx')
    (tmp_path / 'broken.onnx').write_bytes(b'x')
    with pytest.raises(UserError, match='cannot open .*broken.onnx: not a model'):
        UltralyticsDetector(tmp_path / 'broken.onnx')
    monkeypatch.setitem(sys.modules, 'ultralytics', None)
    with pytest.raises(ImportError, match=r'AGPL-3.0\): pip install ultralytics'):
        UltralyticsDetector(weights)
