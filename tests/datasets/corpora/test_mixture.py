"""The whole mixture: the paper's config and every other corpus, on miniatures, through the tools."""
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from mmengine.config import Config
from mmengine.registry import DefaultScope

from ajahr_mm.datasets import RatioSampler
from ajahr_mm.engine.preflight import check_files, missing_files
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import DATASETS

from ..miniatures.everything import write_everything

ROOT = Path(__file__).resolve().parents[3]
CONFIG = ROOT / 'tests/datasets/miniatures/mixed_tiny.py'
MIXED = ROOT / 'configs/_base_/datasets/a3d_mixed-corpora.py'
IMAGES = {'a3d', 'corpora.h36m', 'corpora.mpii', 'corpora.coco', 'corpora.coco_vitpose', 'corpora.bedlam',
          'corpora.mpi_inf_3dhp', 'corpora.ava', 'corpora.aic', 'corpora.insta', 'others.a3d_official',
          'others.itw_amputee', 'others.threedpw', 'others.emdb', 'others.threedoh50k', 'others.human_data'}


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp('everything')
    write_everything(path / 'data')
    return path


@pytest.fixture(autouse=True)
def scope():
    with DefaultScope.overwrite_default_scope('ajahr_mm'):
        yield


@pytest.mark.slow
def test_fifty_iterations_of_everything_together(folder, tmp_path):
    env = dict(os.environ, OMP_NUM_THREADS='1', AJAHR_NUM_THREADS='1', CUDA_VISIBLE_DEVICES='')
    done = subprocess.run([sys.executable, str(ROOT / 'tools/train.py'), str(CONFIG), '--work-dir', str(tmp_path)],
                          cwd=folder,
                          env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=400)
    assert done.returncode == 0, done.stdout[-3000:]
    lines = [json.loads(line) for line in next(tmp_path.glob('*/vis_data/scalars.json')).read_text().splitlines()]
    steps = [line for line in lines if 'loss' in line]
    assert steps[-1]['step'] == 50 and all(np.isfinite(line['loss']) for line in steps)
    assert any('gt_labels/mpjpe' in line for line in lines)  # and the test split of A3D was evaluated


def test_every_corpus_is_in_the_batches_with_its_share(folder, monkeypatch):
    monkeypatch.chdir(folder)
    cfg = Config.fromfile(str(CONFIG))
    data = DATASETS.build(cfg.train_dataloader.dataset)
    assert set(data.part_names) == IMAGES
    draws = iter(RatioSampler(data, seed=0))
    edges = np.cumsum([len(part) for part in data.datasets])
    counts = np.bincount(np.searchsorted(edges, [next(draws) for _ in range(2000)], 'right'), minlength=len(edges))
    share = dict(zip(data.part_names, counts / 2000))
    # In a rest of 0.4 the nine corpora have TokenHMR's shares, which sum to 1.01.
    assert abs(share['a3d'] - 0.4) <= 1 / 2000
    assert abs(share['corpora.bedlam'] - 0.4 * 0.18 / 1.01) <= 2 / 2000
    for index in np.concatenate([[0], edges[:-1]]):  # the first of each: what the transforms make of it fits the model
        sample = data[int(index)]['data_samples']
        assert sample.gt.body_pose.shape == (23, 3, 3) and sample.gt.keypoints_2d.shape == (44, 3)
        assert sample.gt.has_limbs == 1


@pytest.mark.parametrize('share,parts', [(1.0, 1), (0.25, 10)])
def test_the_share_of_a3d_is_one_number(folder, monkeypatch, share, parts):
    monkeypatch.chdir(folder)
    cfg = Config.fromfile(str(MIXED))
    cfg.merge_from_dict({'train_dataloader.dataset.shares.a3d': share})
    data = DATASETS.build(cfg.train_dataloader.dataset)
    assert len(data.part_names) == parts and missing_files(cfg) == []


def test_what_is_missing_is_listed_with_its_source(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError) as caught:
        check_files(Config.fromfile(str(MIXED)))
    text = str(caught.value)
    assert text.startswith('11 files are missing')  # ten training sets and the test split of A3D
    for word in ('bedlam.is.tue.mpg.de', 'vision.imar.ro', 'vcai.mpi-inf.mpg.de', 'cocodataset.org',
                 'human-pose.mpi-inf.mpg.de', 'coco-train-2014-vitpose-pruned', 'research.google.com/ava',
                 'AIChallenger', 'insta-train-vitpose-replicate', 'synthesize_a3d.py', 'docs/datasets.md'):
        assert word in text, word
    monkeypatch.chdir(tmp_path)
    for name, source in dict(amass='amass.is.tue.mpg.de', moyo='moyo.is.tue.mpg.de').items():
        found = missing_files(Config.fromfile(str(ROOT / 'configs/_base_/datasets/a3d_amass_moyo_poses.py')))
        assert any(source in item.source for item in found if name in item.path)


@pytest.mark.parametrize('name', ['3dpw', 'emdb', '3doh50k', 'itw-amputee'])
def test_evaluation_sets_build_from_their_config_part(folder, monkeypatch, name):
    monkeypatch.chdir(folder)
    cfg = Config.fromfile(str(ROOT / f'configs/_base_/datasets/{name}.py'))
    assert missing_files(cfg, 'test') == []
    sample = DATASETS.build(cfg.test_dataloader.dataset)[0]
    assert tuple(sample['inputs'].shape) == (3, 256, 256)


def test_tokenizer_mixture_has_amputees_in_half_of_every_batch(folder, monkeypatch):
    monkeypatch.chdir(folder)
    cfg = Config.fromfile(str(ROOT / 'configs/_base_/datasets/a3d_amass_moyo_poses.py'))
    data = DATASETS.build(cfg.train_dataloader.dataset)
    draws = iter(RatioSampler(data, seed=0))
    lost = [bool((data[next(draws)]['inputs']['limb_extent'] < 3).any()) for _ in range(200)]
    assert sum(lost) == 100 and len(data.part_names) == 14
