import importlib.util
from pathlib import Path

import numpy as np
import pytest

from ajahr_mm.datasets import PoseDataset

from ...datasets.miniatures.amputees import write_a3d_official
from ...datasets.miniatures.poses import write_amass

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope='module')
def tool():
    spec = importlib.util.spec_from_file_location('convert_poses', ROOT / 'tools/dataset_converters/convert_poses.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_amass_and_a3d_in_one_small_file_each(tool, tmp_path):
    told = write_amass(tmp_path / 'amass')
    assert tool.convert('AMASS', tmp_path / 'amass.npz', data_root=str(tmp_path / 'amass')) == 3
    np.testing.assert_allclose(np.load(tmp_path / 'amass.npz')['body_pose'], told['CMU'][10:40:10, 3:66], rtol=1e-6)
    write_a3d_official(tmp_path / 'a3d')
    assert tool.convert('OfficialA3D', tmp_path / 'a3d.npz', data_root=str(tmp_path / 'a3d')) == 24
    both = PoseDataset(['amass.npz', 'a3d.npz'], str(tmp_path))
    assert len(both) == 27 and (both.group_names('amputee') == 'amputee').sum() == 16
