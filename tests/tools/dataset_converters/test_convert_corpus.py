import importlib.util
from pathlib import Path

import numpy as np
import pytest

from ajahr_mm.datasets import A3DDataset, BodyDataset
from ajahr_mm.datasets.corpora import OfficialA3D, ThreeDPW
from ajahr_mm.io.errors import UserError

from ...datasets.legacy_tars import write_legacy
from ...datasets.miniatures.amputees import write_a3d_official
from ...datasets.miniatures.outdoors import write_3dpw

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope='module')
def tool():
    spec = importlib.util.spec_from_file_location('convert_corpus', ROOT / 'tools/dataset_converters/convert_corpus.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_converted_set_has_the_same_records(tool, tmp_path):
    write_3dpw(tmp_path)
    told = tool.convert('ThreeDPW', tmp_path / 'test.npz', data_root=str(tmp_path), split='test')
    assert told['people'] == 6 and told['left_out'] == 0
    before = ThreeDPW(str(tmp_path))
    after = BodyDataset('test.npz', data_root=str(tmp_path), data_prefix=dict(img=''))
    for i in range(6):
        a, b = before.get_data_info(i), after.get_data_info(i)
        assert a['img_path'] == b['img_path']
        for name in ('center', 'size', 'body_pose', 'betas', 'keypoints_2d', 'keypoints_3d', 'transl', 'has_pose',
                     'has_betas', 'has_limbs'):
            np.testing.assert_array_equal(a[name], b[name])
    np.load(tmp_path / 'test.npz', allow_pickle=False)['gender']


def test_limbs_come_along(tool, tmp_path):
    write_a3d_official(tmp_path)
    tool.convert('OfficialA3D', tmp_path / 'a3d.npz', data_root=str(tmp_path))
    before = OfficialA3D(str(tmp_path))
    after = A3DDataset('a3d.npz', data_root=str(tmp_path), data_prefix=dict(img=''))
    assert [before.get_data_info(i)['limb_extent'].tolist() for i in range(24)] == [
        after.get_data_info(i)['limb_extent'].tolist() for i in range(24)]


def test_people_who_cannot_be_used_are_left_out_and_counted(tool, tmp_path):
    write_a3d_official(tmp_path)
    path = tmp_path / 'MPII/annotation/mpii.npz'
    arrays = dict(np.load(path, allow_pickle=True))
    arrays['betas'][1, 0] = np.nan
    np.savez(path, **arrays)
    told = tool.convert('OfficialA3D', tmp_path / 'x.npz', data_root=str(tmp_path), parts='MPII', on_bad='skip', max_bad=0.5)
    assert told['people'] == 2 and told['left_out'] == 1 and len(np.load(tmp_path / 'x.npz')['betas']) == 2


def test_tars_are_the_business_of_another_tool(tool, tmp_path):
    (tmp_path / 'coco-val').mkdir()
    write_legacy(tmp_path / 'coco-val/000000.tar')
    with pytest.raises(UserError, match='convert_legacy_tars.py'):
        tool.convert('COCO', tmp_path / 'x.npz', data_root=str(tmp_path), split='val')


def test_options_are_read_and_not_run(tool):
    found = tool.parse_options(["body=dict(type='BodyModel', source='open')", 'step=3', 'hidden=kept', "parts=['MPII']"])
    assert found == dict(body=dict(type='BodyModel', source='open'), step=3, hidden='kept', parts=['MPII'])
    assert tool.parse_options(["x=__import__('os').getcwd()"])['x'] == "__import__('os').getcwd()"
    with pytest.raises(UserError, match='is not of the form name=value'):
        tool.parse_options(['step'])


def test_every_corpus_can_be_named(tool):
    assert {'BEDLAM', 'COCO', 'ThreeDPW', 'HumanData'} <= set(tool.corpora()) and 'Corpus' not in tool.corpora()
