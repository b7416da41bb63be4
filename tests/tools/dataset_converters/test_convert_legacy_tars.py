import hashlib
import importlib.util
import io
import json
import os
import pickle
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import pytest

from ajahr_mm.datasets import TarDataset
from ajahr_mm.io.errors import UserError

ROOT = Path(__file__).resolve().parents[3]
TOOL = 'tools/dataset_converters/convert_legacy_tars.py'


def load(path, name):
    spec = importlib.util.spec_from_file_location(name, ROOT / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tool = load(TOOL, 'convert_legacy_tars')
legacy = load('tests/datasets/legacy_tars.py', 'legacy_tars')


def run(*args, code=0):
    environment = dict(os.environ, PYTHONPATH=str(ROOT), OMP_NUM_THREADS='1')
    result = subprocess.run([sys.executable, TOOL, *map(str, args)], cwd=ROOT, text=True, env=environment,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert result.returncode == code and 'Traceback' not in result.stdout, result.stdout
    return result.stdout


@pytest.fixture
def tars(tmp_path):
    (tmp_path / 'in').mkdir()
    for i in range(3):
        legacy.write_legacy(tmp_path / f'in/coco-{i:04d}.tar', (1, 2, 0, 1), seed=i, masks=True)
    return tmp_path


def members(path):
    with tarfile.open(path) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar.getmembers()}


def test_the_same_people_and_pictures_without_pickles(tars):
    printed = run(tars / 'in/coco-{0000..0002}.tar', '--out', tars / 'out', '--jobs', 2)
    assert '9 pictures, 12 people in 3 shards, 0 left out' in printed and '[convert] 3/3' in printed
    for i in range(3):
        before, after = members(tars / f'in/coco-{i:04d}.tar'), members(tars / f'out/coco-{i:04d}.tar')
        assert {name.partition('.')[2] for name in after} == {'jpg', 'npz'}
        for name, data in after.items():
            if name.endswith('.jpg'):
                assert before[name] == data
            else:
                people = pickle.loads(before[name.replace('.npz', '.data.pyd')])
                loaded = np.load(io.BytesIO(data), allow_pickle=False)
                for field in ('keypoints_2d', 'body_pose', 'has_betas', 'personid'):
                    np.testing.assert_array_equal(loaded[field], np.stack([person[field] for person in people]))
    settings = dict(shards='coco-*.tar', layout='hmr2', pipeline=[dict(type='ajahr_mm.datasets.transforms.LoadImage')])
    old, new = TarDataset(data_root=str(tars / 'in'), **settings), TarDataset(data_root=str(tars / 'out'), **settings)
    assert len(old) == len(new) == 12
    for i in range(12):
        one, other = old[i], new[i]
        for name in ('center', 'size', 'body_pose', 'keypoints_3d', 'img', 'has_pose'):
            np.testing.assert_array_equal(one[name], other[name])


def test_the_summary_tells_what_is_in_each_shard(tars):
    tool.convert(sorted(map(str, (tars / 'in').glob('*.tar'))), tars / 'out', 'raise')
    summary = json.loads((tars / 'out/conversion.json').read_text())
    assert sorted(summary) == [f'coco-{i:04d}.tar' for i in range(3)]
    for name, entry in summary.items():
        assert (entry['pictures'], entry['people'], entry['without_people'], entry['left_out']) == (3, 4, 1, [])
        assert entry['sha256'] == hashlib.sha256((tars / 'out' / name).read_bytes()).hexdigest()
        assert entry['source'] == str(tars / 'in' / name)


def test_a_stopped_run_continues_and_ends_with_the_same_bytes(tars, monkeypatch, capsys):
    sources = sorted(map(str, (tars / 'in').glob('*.tar')))
    whole = tool.convert(sources, tars / 'whole', 'raise')
    convert_shard = tool.convert_shard

    def stops(source, **settings):
        if source == sources[1]:
            raise KeyboardInterrupt
        return convert_shard(source, **settings)
    with monkeypatch.context() as patch:
        patch.setattr(tool, 'convert_shard', stops)
        with pytest.raises(KeyboardInterrupt):
            tool.convert(sources, tars / 'out', 'raise')
    (tars / 'out/.coco-0001-leftover.tar').write_bytes(b'half')
    capsys.readouterr()
    entries = tool.convert(sources, tars / 'out', 'raise')
    assert '3 shards, 1 already converted' in capsys.readouterr().out
    assert entries == whole
    assert sorted(p.name for p in (tars / 'out').iterdir()) == [Path(s).name for s in sources] + ['conversion.json']
    legacy.write_legacy(Path(sources[0]), (1,), seed=9)       # a source that changed is converted again
    assert tool.convert(sources, tars / 'out', 'raise')['coco-0000.tar']['pictures'] == 1
    assert '2 already converted' in capsys.readouterr().out


class Bomb:
    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.system, (f'touch {self.path}',)


def test_bad_samples_stop_with_a_sentence_or_are_counted(tmp_path):
    source = tmp_path / 'a.tar'
    legacy.write_legacy(source, (1,) * 6, pickles={2: pickle.dumps([Bomb(tmp_path / 'ran')]), 4: b'torn'})
    with pytest.raises(UserError, match="a.tar: sample 'a_0002', data.pyd"):
        tool.convert([str(source)], tmp_path / 'out', 'raise')
    assert not list((tmp_path / 'out').glob('*.tar'))
    printed = run(source, '--out', tmp_path / 'out', '--on-bad', 'skip')
    assert '4 pictures, 4 people in 1 shards, 2 left out' in printed and "left out: " in printed
    assert len(json.loads((tmp_path / 'out/conversion.json').read_text())['a.tar']['left_out']) == 2
    assert not (tmp_path / 'ran').exists()
    whole = source.read_bytes()
    source.write_bytes(whole[:len(whole) // 2])
    entry = tool.convert([str(source)], tmp_path / 'out', 'skip')['a.tar']
    assert 0 < entry['pictures'] < 4 and 'breaks off' in entry['left_out'][-1]


def test_masks_are_kept_on_request_if_they_hold_no_objects(tars):
    source = str(tars / 'in/coco-0000.tar')
    tool.convert([source], tars / 'out', 'raise', keep=['detection.npz'])
    kept = {name: data for name, data in members(tars / 'out/coco-0000.tar').items() if 'detection' in name}
    assert len(kept) == 3 and all(members(source)[name] == data for name, data in kept.items())
    buffer = io.BytesIO()
    np.savez(buffer, masks=np.array([Bomb(tars / 'ran')], object))
    with tarfile.open(source, 'a') as tar:
        rng = np.random.default_rng(0)
        legacy.add(tar, 'last.jpg', legacy.jpeg(rng))
        legacy.add(tar, 'last.data.pyd', pickle.dumps([legacy.person(rng)]))
        legacy.add(tar, 'last.detection.npz', buffer.getvalue())
    with pytest.raises(UserError, match="sample 'last': detection.npz cannot be kept"):
        tool.convert([source], tars / 'out', 'raise', keep=['detection.npz'])
    assert not (tars / 'ran').exists()


def test_refusals(tars):
    (tars / 'more').mkdir()
    legacy.write_legacy(tars / 'more/coco-0000.tar')
    with pytest.raises(UserError, match='coco-0000.tar is the name of two'):
        tool.convert([str(tars / d / 'coco-0000.tar') for d in ('in', 'more')], tars / 'out', 'raise')
    with pytest.raises(UserError, match='is the folder of the tars themselves'):
        tool.convert([str(tars / 'in/coco-0000.tar')], tars / 'in', 'raise')
