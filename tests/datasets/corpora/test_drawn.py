"""COCO, MPII, AI Challenger: codes of visibility, boxes, counting from one, who is left out."""
import json

import cv2
import numpy as np
import pytest

from ajahr_mm.anatomy.corpus_keypoints import AIC14, MPII16
from ajahr_mm.anatomy.keypoints import COCO17, HMR44, OCCLUDED
from ajahr_mm.datasets.corpora import COCO, MPII, AIChallenger, COCOViTPose
from ajahr_mm.io.errors import UserError

from ..legacy_tars import write_legacy
from ..miniatures.drawn import write_aic, write_coco, write_mpii

LEFT_WRIST, LSP_LEFT_WRIST, RIGHT_ANKLE = (HMR44.index(name) for name in ('left_wrist', 'lsp_left_wrist', 'right_ankle'))


def test_coco(tmp_path):
    points, boxes = write_coco(tmp_path)
    data = COCO(str(tmp_path))
    assert len(data) == 3  # neither the crowd nor the one with two keypoints
    for i in range(3):
        info = data.get_data_info(i)
        assert cv2.imread(info['img_path']) is not None
        assert info['img_path'].endswith(f'train2014/COCO_train2014_{i:012d}.jpg')
        np.testing.assert_allclose(info['center'], boxes[i, :2] + boxes[i, 2:] / 2)
        np.testing.assert_allclose(info['size'], 1.2 * boxes[i, 2:].max(), rtol=1e-6)
        for name in ('nose', 'left_ear', 'left_shoulder', 'right_knee'):
            np.testing.assert_array_equal(info['keypoints_2d'][HMR44.index(name)], [*points[i, COCO17.index(name), :2], 1])
        assert info['has_pose'] == info['has_betas'] == 0 and info['has_limbs'] == 1


def test_nobody_comes_twice_where_both_years_are_there(tmp_path):
    write_coco(tmp_path)
    write_coco(tmp_path, split='train2017')
    data = COCO(str(tmp_path))
    assert len(data) == 3 and '/train2014/' in data.get_data_info(0)['img_path']
    later = COCO(str(tmp_path), files='annotations/person_keypoints_train2017.json')
    assert len(later) == 3 and '/train2017/' in later.get_data_info(0)['img_path']


def test_hidden_and_unlabelled_joints(tmp_path):
    write_coco(tmp_path)
    info = COCO(str(tmp_path)).get_data_info(0)
    for joint in (LEFT_WRIST, LSP_LEFT_WRIST):
        assert not info['keypoints_2d'][joint].any() and info['visibility'][joint] == OCCLUDED
        np.testing.assert_array_equal(info['projected_2d'][joint], [30, 40, 1])
    assert not info['keypoints_2d'][RIGHT_ANKLE].any() and not info['projected_2d'][RIGHT_ANKLE].any()
    kept = COCO(str(tmp_path), hidden='kept').get_data_info(0)
    np.testing.assert_array_equal(kept['keypoints_2d'][LEFT_WRIST], [30, 40, 1])
    with pytest.raises(UserError, match="hidden='maybe' is not one of"):
        COCO(str(tmp_path), hidden='maybe')


def test_fewest_keypoints_is_an_argument(tmp_path):
    write_coco(tmp_path)
    assert len(COCO(str(tmp_path), min_keypoints=2)) == 4
    with pytest.raises(UserError, match='nobody is left to use'):
        COCO(str(tmp_path), min_keypoints=17)


def test_coco_as_tars_of_hmr2(tmp_path):
    for folder in ('coco-train-2014-pruned', 'hmr2_training_data/dataset_tars/coco-train-2014-vitpose-pruned'):
        (tmp_path / folder).mkdir(parents=True)
    people = write_legacy(tmp_path / 'coco-train-2014-pruned/000000.tar')
    write_legacy(tmp_path / 'hmr2_training_data/dataset_tars/coco-train-2014-vitpose-pruned/000000.tar')
    write_coco(tmp_path)
    assert len(COCO(str(tmp_path))) == len(people) == len(COCOViTPose(str(tmp_path)))  # with fits before those without
    assert len(COCO(str(tmp_path), form='original')) == 3


def test_mpii(tmp_path):
    points = write_mpii(tmp_path)
    data = MPII(str(tmp_path))
    assert len(data) == 2
    for i in range(2):
        info, scale = data.get_data_info(i), 0.3 + 0.1 * i
        assert cv2.imread(info['img_path']) is not None
        np.testing.assert_allclose(info['center'], [60, 50 + 15 * scale], rtol=1e-6)  # pixels from zero, and lower
        np.testing.assert_allclose(info['size'], 250 * scale, rtol=1e-6)
        for name in ('left_knee', 'right_shoulder'):
            np.testing.assert_allclose(info['keypoints_2d'][HMR44.index(f'lsp_{name}')],
                                       [*points[i, MPII16.index(name)] - 1, 1])
        for name, target in (('neck', 'lsp_neck'), ('head_top', 'lsp_head_top'), ('pelvis', 'mpii_pelvis'),
                             ('thorax', 'mpii_thorax')):
            np.testing.assert_allclose(info['keypoints_2d'][HMR44.index(target)], [*points[i, MPII16.index(name)] - 1, 1])
        wrist = HMR44.index('right_wrist')  # number 10, marked as hidden
        assert info['visibility'][wrist] == OCCLUDED and not info['keypoints_2d'][wrist].any()
        np.testing.assert_allclose(info['projected_2d'][wrist, :2], points[i, 10] - 1)


def test_aic_has_codes_of_its_own(tmp_path):
    points = write_aic(tmp_path)
    data = AIChallenger(str(tmp_path))
    for i in range(2):
        info = data.get_data_info(i)
        assert cv2.imread(info['img_path']) is not None
        np.testing.assert_allclose([*info['center'], info['size']], [40, 60, 120])
        for name, target in (('right_elbow', 'right_elbow'), ('left_hip', 'lsp_left_hip'), ('head_top', 'lsp_head_top'),
                             ('neck', 'lsp_neck')):
            np.testing.assert_array_equal(info['keypoints_2d'][HMR44.index(target)], [*points[i, AIC14.index(name), :2], 1])
        assert info['visibility'][LEFT_WRIST] == OCCLUDED and not info['keypoints_2d'][LEFT_WRIST].any()
        np.testing.assert_array_equal(info['projected_2d'][LEFT_WRIST, :2], points[i, 5, :2])
        assert not info['projected_2d'][RIGHT_ANKLE].any()


@pytest.mark.parametrize('change,message', [
    (lambda data: data['annotations'][0].update(keypoints=[1, 2, 3]), 'annotation 0 has no picture, or not 17 keypoints'),
    (lambda data: data['annotations'][1].update(image_id=7), 'annotation 1 has no picture'),
    (lambda data: data.pop('annotations'), "has no list 'annotations', so it is not a keypoint file of COCO")])
def test_coco_files_that_contradict_themselves(tmp_path, change, message):
    write_coco(tmp_path)
    path = tmp_path / 'annotations/person_keypoints_train2014.json'
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))
    with pytest.raises(UserError, match=message):
        COCO(str(tmp_path))


def test_aic_people_without_box(tmp_path):
    write_aic(tmp_path)
    path = tmp_path / 'keypoint_train_annotations_20170909.json'
    data = json.loads(path.read_text())
    del data[1]['human_annotations']['human1']
    path.write_text(json.dumps(data))
    with pytest.raises(UserError, match='human1 of picture 0+1 has not 14 keypoints and a box'):
        AIChallenger(str(tmp_path))
