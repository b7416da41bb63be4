"""The road from images to people, with a network that always gives one answer."""
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from mmengine.config import Config

from ajahr_mm.anatomy.limbs import LIMBS
from ajahr_mm.apis.inferencer import BodyInferencer
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import INFERENCERS, MODELS, register_all

ROOT = Path(__file__).parents[2]
BOXES = [[10, 5, 60, 110], [40, 10, 95, 115]]


@pytest.fixture
def infer(network):
    return BodyInferencer(network)


def test_one_dict_for_each_person(infer, photo_file, tmp_path):
    people = infer(photo_file, boxes=BOXES, out_dir=tmp_path / 'out', progress=False)
    assert [p['person'] for p in people] == [0, 1]
    assert people[0]['verdict'] == 'right leg: absent from the knee (0.77)'
    assert {f.name for f in (tmp_path / 'out').iterdir()} == {
        'results.json', *(f'photo_{i}{end}' for i in (0, 1) for end in ('_overlay.png', '.json', '.glb'))}
    content = json.loads((tmp_path / 'out' / 'photo_1.json').read_text())
    assert content['box'] == [40, 10, 95, 115] and content['limbs']['right_leg']['limb_class'] == 2


def test_the_network_sees_the_keypoints_and_the_right_pixels(infer, network, photo):
    points = np.full((17, 3), .9)
    points[:, :2] = np.linspace(20, 50, 34).reshape(17, 2)
    infer(photo, boxes=BOXES[0], keypoints=points, progress=False)
    crop, sample = network.seen[0]
    assert crop.shape == (3, 256, 256) and crop.dtype == torch.uint8
    given = sample.gt.input_keypoints.numpy()
    back = (given[:, :2] - sample.affine[:, 2]) @ np.linalg.inv(sample.affine[:, :2]).T
    np.testing.assert_allclose(back, points[5:, :2], atol=1e-3)


def test_without_boxes_the_detector_finds_them(network, photo):
    found = BodyInferencer(network, detector=lambda image: np.array(BOXES, float))(photo, progress=False)
    assert [p['box'].tolist() for p in found] == BOXES
    assert BodyInferencer(network)(photo, progress=False)[0]['box'].tolist() == [0, 0, 100, 120]
    nobody = BodyInferencer(network, detector=lambda image: np.zeros((0, 4)))
    assert nobody(photo, progress=False) == []


def test_keypoints_alone_give_the_box(infer, photo):
    points = np.zeros((1, 17, 3))
    points[0, [5, 16]] = [[20, 20, 1], [60, 100, 1]]
    box = infer(photo, keypoints=points, progress=False)[0]['box']
    assert box[0] < 20 and box[1] < 20 and box[2] > 60 and box[3] > 100
    with pytest.raises(UserError, match='no keypoint with confidence'):
        infer(photo, keypoints=np.zeros((1, 17, 3)), progress=False)


def test_a_keypoint_detector_fills_in(network, photo):
    calls = []

    def detect(image, boxes):
        calls.append((image.shape, len(boxes)))
        return np.full((len(boxes), 17, 3), 30.)
    BodyInferencer(network, keypoint_detector=detect)(photo, boxes=BOXES, progress=False)
    assert calls == [((120, 100, 3), 2)]
    assert network.seen[0][1].gt.input_keypoints[:, 2].min() > 0


def test_batches_run_across_pictures_in_order(network, photo, tmp_path):
    sizes, step = [], network.test_step
    network.test_step = lambda batch: sizes.append(len(batch['inputs'])) or step(batch)
    people = BodyInferencer(network, batch_size=3)([photo] * 4, boxes=[BOXES, None, BOXES, BOXES], progress=False)
    assert sizes == [3, 3, 1]
    assert [(p['image'], p['person']) for p in people] == [
        ('array_0', 0), ('array_0', 1), ('array_1', 0), ('array_2', 0), ('array_2', 1), ('array_3', 0), ('array_3', 1)]


def test_batching_changes_nothing(network, photo):
    one = BodyInferencer(network, batch_size=1)([photo] * 3, boxes=[BOXES] * 3, progress=False)
    all_at_once = BodyInferencer(network, batch_size=8)([photo] * 3, boxes=[BOXES] * 3, progress=False)
    for a, b in zip(one, all_at_once):
        np.testing.assert_allclose(a['vertices'], b['vertices'], atol=1e-5)


def test_amputate_changes_the_body_not_the_verdict(infer, photo):
    shown, whole = infer(photo, progress=False)[0], infer(photo, amputate='off', progress=False)[0]
    assert shown['verdict'] == whole['verdict']
    assert whole['joint_present'].all() and not shown['joint_present'][[5, 8, 11]].any()
    assert not np.allclose(shown['vertices'], whole['vertices'])


@pytest.mark.parametrize('call, words', [
    (dict(boxes=[[200, 200, 300, 300]]), 'outside the image'),
    (dict(boxes=[[30, 30, 10, 90]]), 'no area'),
    (dict(boxes=[[1, 2, 3]]), 'shape'),
    (dict(boxes=BOXES, keypoints=np.full((2, 17, 3), np.nan)), 'not finite'),
    (dict(boxes=BOXES, keypoints=np.zeros((1, 17, 3))), '2 boxes but keypoints of 1'),
    (dict(amputate='yes'), 'amputate must'),
    (dict(amputation='cut'), 'amputation must'),
])
def test_bad_input_leaves_nothing(infer, photo_file, tmp_path, call, words):
    with pytest.raises(UserError, match=words):
        infer(photo_file, out_dir=tmp_path / 'out', progress=False, **call)
    assert not (tmp_path / 'out').exists()


def test_the_last_picture_is_checked_before_the_first_is_written(infer, photo_file, tmp_path):
    (photo_file.parent / 'zzz.jpg').write_bytes(b'\xff\xd8 cut off')
    with pytest.raises(UserError, match='zzz.jpg'):
        infer(photo_file.parent, out_dir=tmp_path / 'out', progress=False)
    assert not (tmp_path / 'out').exists()


def test_grey_and_transparent_pictures_are_read_as_rgb(infer, tmp_path, photo):
    cv2.imwrite(str(tmp_path / 'grey.png'), photo[..., 0])
    cv2.imwrite(str(tmp_path / 'alpha.png'), np.dstack([photo, photo[..., :1]]))
    assert len(infer([tmp_path / 'grey.png', tmp_path / 'alpha.png'], progress=False)) == 2


def test_it_can_be_built_from_the_registry(network):
    assert isinstance(INFERENCERS.build(dict(type='BodyInferencer', model=network)), BodyInferencer)
    with pytest.raises(UserError, match='batch_size'):
        BodyInferencer(network, batch_size=0)


def test_ajahr_on_the_open_body(photo_file, tmp_path):
    """The smallest AJAHR of the project with random weights: every seam is the real one."""
    trimesh = pytest.importorskip('trimesh')
    register_all()
    torch.manual_seed(0)
    model = MODELS.build(Config.fromfile(str(ROOT / 'configs/ajahr/ajahr_tiny_a3d-mini.py')).model)
    people = BodyInferencer(model)(photo_file, BOXES, np.full((2, 17, 3), 50.), tmp_path / 'out', [3, 1.4, 3, 3],
                                   'stump', progress=False)
    assert people[0]['vertices'].shape == (model.body.num_vertices, 3) and set(people[0]['limbs']) == set(LIMBS)
    assert not people[0]['joint_present'][[21, 23]].any() and people[0]['joint_present'][[17, 19]].all()
    assert np.ptp(people[0]['vertices'][:, 1]) > 0.5
    mesh = trimesh.load(tmp_path / 'out' / 'photo_0.glb', force='mesh', process=False)
    assert mesh.is_watertight and 0.02 < mesh.volume < 0.2, 'a person has between 20 and 200 litres'


def test_dtype_of_the_networks(tmp_path, photo):
    """A network that is built stays as it is unless asked; one of a config takes what is fastest here."""
    from ajahr_mm.models.acceleration import multiplies_bfloat16
    register_all()
    config = Config.fromfile(str(ROOT / 'configs/hmr2/hmr2_tiny_a3d-mini.py'))
    model = MODELS.build(config.model)
    weight = next(model.backbone.parameters())
    assert BodyInferencer(model).model is model and weight.requires_grad and weight.dtype == torch.float32
    torch.save(model.state_dict(), tmp_path / 'weights.pth')
    built = next(BodyInferencer(config, tmp_path / 'weights.pth').model.backbone.parameters())
    assert built.dtype == (torch.bfloat16 if multiplies_bfloat16(torch.device('cpu')) else torch.float32)
    infer = BodyInferencer(model, dtype='bfloat16')
    assert next(model.backbone.parameters()).dtype == torch.bfloat16
    assert np.isfinite(infer(photo, progress=False)[0]['vertices']).all()
