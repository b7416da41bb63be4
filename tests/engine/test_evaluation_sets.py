"""A system on another test set: it keeps its own eyes and body, the set brings people and joints."""
from pathlib import Path

import pytest

from ajahr_mm.engine.config import load_config
from ajahr_mm.engine.evaluation_sets import use_test_set
from ajahr_mm.io.errors import UserError

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
SETS = CONFIGS / '_base_/datasets'


def on(system, test_set):
    return use_test_set(load_config(CONFIGS / f'{system}.py'), SETS / f'{test_set}.py')


def test_cliff_sees_emdb_through_its_own_crop_and_is_measured_by_emdbs_joints():
    cfg = on('cliff/cliff_hrnet-w48_a3d', 'emdb')
    assert cfg.test_dataloader.dataset.type == 'EMDB' and cfg.test_dataloader.dataset.split == 'emdb1'
    assert [step['size'] for step in cfg.test_dataloader.dataset.pipeline if 'size' in step] == [224]
    (metric,) = cfg.test_evaluator
    assert metric['joints'] == 'smpl24_hips' and metric['body']['source'] == 'data/body_models/SMPL_NEUTRAL.npz'


def test_only_what_the_system_gives_is_measured():
    kinds = {system: [metric['type'] for metric in on(system, 'itw-amputee').test_evaluator]
             for system in ('ajahr/ajahr_vitpose_a3d', 'hmr2/hmr2_vitpose_a3d', 'bpac/bpac_resnet34-cbam_a3d')}
    assert list(kinds.values()) == [['BodyMetric', 'LimbMetric'], ['BodyMetric'], ['LimbMetric']]


def test_noise_of_table_4a_is_the_same_on_every_set():
    for name in ('3dpw', 'emdb', 'itw-amputee'):
        steps = on('ajahr/ajahr_vitpose_a3d_noise-25', name).test_dataloader.dataset.pipeline
        assert [step['noise_ratio'] for step in steps if 'noise_ratio' in step] == [0.25]


@pytest.mark.parametrize('name', ['amass_val', 'a3d-poses_test'])
def test_tokenizers_have_sets_of_poses(name):
    cfg = on('tokenizer/tokenizer_20x256x2048_amputee', name)
    assert 'pipeline' not in cfg.test_dataloader.dataset and cfg.test_evaluator[0]['type'] == 'PoseReconMetric'


def test_what_does_not_fit_is_refused():
    with pytest.raises(UserError, match='no test_dataloader'):
        on('ajahr/ajahr_vitpose_a3d', 'amass')
    with pytest.raises(UserError, match='measures LimbMetric and .* can be measured by BodyMetric'):
        on('hmr2/hmr2_vitpose_a3d', '3doh50k')
