import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from ajahr_mm.io import UserError

ROOT = Path(__file__).parents[3]
#: A generator without people: it sleeps, renders a square and writes bytes.
TOY = '''
import time
from contextlib import nullcontext
import numpy as np
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.rendering import Camera, Light, Mesh, make_renderer
from ajahr_mm.synthesis.records import Sample

SQUARE = np.float32([[-1, -1, 2], [1, -1, 2], [1, 1, 2], [-1, 1, 2]])

@SYNTHESIS.register_module()
class ToyPipeline:
    skipped = {}

    def __init__(self, splits, chunk, image_size=64):
        self.splits, self.chunk, self.clock, self.size = splits, chunk, lambda stage: nullcontext(), image_size
        self.renderer = make_renderer(Mesh([[0, 2, 1], [0, 3, 2]]), 'torch')

    def render(self, split, start, stop):
        assert start % self.chunk == 0 and stop <= self.splits[split]
        count = stop - start
        with self.clock('pose'):
            time.sleep(.002 * count)
        with self.clock('render'):
            self.renderer.render(np.stack([SQUARE] * count), Camera.pinhole(20, (self.size, self.size)), Light.unlit(),
                                 ('rgb', 'depth'), vertex_color=np.full((count, 4, 3), .5, np.float32))
        return [Sample(b'picture', dict(index=index)) for index in range(start, stop)]

@SYNTHESIS.register_module()
class ToyFormat:
    def write(self, shard, samples, out):
        out.mkdir(parents=True)
        for sample in samples:
            (out / str(sample.row['index'])).write_bytes(sample.jpeg)
'''
CONFIG = '''
custom_imports = dict(imports=['toy_generator'])
name = 'toy'
pipeline = dict(type='ToyPipeline', chunk=3, splits=dict(train=9, test=3), image_size=64)
format = dict(type='ToyFormat')
shard_size = 3
pose_sets = dict()
'''


def run(*args, **variables):
    environment = {**os.environ, 'PYTHONPATH': str(ROOT), 'OMP_NUM_THREADS': '1', **variables}
    return subprocess.run([sys.executable, 'tools/benchmarks/synthesis.py', *map(str, args)], cwd=ROOT, env=environment,
                          capture_output=True, text=True, timeout=600)


@pytest.fixture
def toy(tmp_path):
    """Arguments and environment of a run of the toy generator."""
    (tmp_path / 'toy_generator.py').write_text(TOY)
    (tmp_path / 'toy.py').write_text(CONFIG)
    return [tmp_path / 'toy.py'], dict(PYTHONPATH=f'{ROOT}{os.pathsep}{tmp_path}')


def check(report, done):
    """The JSON file adds up, and the table says the same."""
    one, several, peer = report['one_core'], report['several'], report['pyrender']
    assert sum(one['stages_ms'].values()) == pytest.approx(one['ms'])
    assert one['pictures_per_second'] == pytest.approx(1000 / one['ms'])
    assert pytest.approx(one['pictures_per_second']) in one['pictures_per_second_of_rounds']
    for stage, ms in one['stages_ms'].items():
        assert f'{stage:>12}{ms:>14.2f}\n' in done.stdout
    assert f'{one["pictures_per_second"]:.1f} pictures a second on one core' in done.stdout
    assert f'{several["gain"]:.2f} x one' in done.stdout and f'{several["megabytes_a_worker"]:.0f} MB' in done.stdout
    assert report['asked'] == dict(pictures_per_second=60, gain_of_two_workers=1.7, megabytes_a_worker=1500)
    assert report['met']['pictures_per_second'] == (one['pictures_per_second'] >= 60)
    assert report['met']['megabytes_a_worker'] == (several['megabytes_a_worker'] < 1500)
    assert report['machine'] in done.stdout and report['versions']['numpy']
    if isinstance(peer, str):
        assert f'without pyrender: {peer}' in done.stdout
    else:
        assert peer['ratio'] > 0 and f'ratio {peer["ratio"]:.1f}' in done.stdout
        assert peer['overlap'] > .9 and peer['psnr_db'] > 25, 'not the same scenes'


def test_table_and_json_tell_the_same(toy, tmp_path):
    (arguments, variables), out = toy, tmp_path / 'folder' / 'bench.json'
    done = run(*arguments, '--num', 4, '--warm-up', 3, '--rounds', 3, '--json', out, **variables)
    assert done.returncode == 0, done.stderr
    report = json.loads(out.read_text())
    check(report, done)
    one, several = report['one_core'], report['several']
    assert list(one['stages_ms']) == ['pose', 'render', 'write', 'rest'] and one['stages_ms']['pose'] >= 2
    assert several['workers'] == 2 and len(several['gain_of_rounds']) == 3
    assert several['gain'] == sorted(several['gain_of_rounds'])[1]
    assert report['met']['gain_of_two_workers'] == (several['gain'] >= 1.7)
    assert f'an empty loop gains {several["gain_of_an_empty_loop"]:.2f} x' in done.stdout
    assert 20 < several['megabytes_a_worker'] < 5000
    assert one['pictures_per_cpu_second'] > one['pictures_per_second'], 'sleep takes no processor time'
    assert not list(tmp_path.rglob('toy/0')), 'pictures are left behind'


def test_one_worker_gains_nothing_and_peers_may_stay_away(toy, tmp_path):
    (arguments, variables), out = toy, tmp_path / 'bench.json'
    done = run(*arguments, '--num', 3, '--warm-up', 1, '--rounds', 1, '--workers', 1, '--no-peer', '--json', out,
               **variables)
    assert done.returncode == 0, done.stderr
    report = json.loads(out.read_text())
    check(report, done)
    assert report['met']['gain_of_two_workers'] is None and 'for 2: not measured' in done.stdout
    assert report['pyrender'] == 'left out by --no-peer'


@pytest.mark.parametrize('arguments, said', [
    (['--num', 0], '--num must be at least 1, got 0'),
    (['--warm-up', 0], '--warm-up must be at least 1, got 0'),
    (['--rounds', 0], '--rounds must be at least 1, got 0'),
    (['--workers', -1], '--workers must be at least 1, got -1'),
    (['configs/synthesis/none.py'], 'configs/synthesis/none.py'),
    (['configs/_base_/runtime/default_runtime.py'], "the config has no 'name'"),
])
def test_refusals_are_one_sentence(monkeypatch, arguments, said):
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(ROOT / 'tools/benchmarks')
    for name in ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'LP_NUM_THREADS'):
        monkeypatch.setenv(name, '1')   # the script sets them; taken back after the test
    monkeypatch.setattr(sys, 'argv', ['synthesis.py', *map(str, arguments)])
    with pytest.raises(UserError, match=said) as refusal:
        runpy.run_path('tools/benchmarks/synthesis.py')['main']()
    assert '\n' not in str(refusal.value)


def test_unknown_parts_are_one_sentence(toy):
    arguments, variables = toy
    done = run(*arguments, '--cfg-options', 'pipeline.type=NoPipeline', **variables)
    assert done.returncode == 2 and done.stderr.startswith('error: ') and 'NoPipeline' in done.stderr
    assert done.stderr.count('\n') == 1


def test_what_a_worker_refuses_is_one_sentence(toy, tmp_path):
    arguments, variables = toy
    module = tmp_path / 'toy_generator.py'
    module.write_text(TOY.replace("        assert start", """        from ajahr_mm.io import UserError
        raise UserError('this place cannot be drawn')
        assert start"""))
    done = run(*arguments, '--num', 3, '--warm-up', 1, '--no-peer', **variables)
    assert (done.returncode, done.stderr) == (2, 'error: this place cannot be drawn\n')


@pytest.mark.slow
def test_the_open_set_is_measured_with_all_its_stages(tmp_path):
    out = tmp_path / 'bench.json'
    done = run('configs/synthesis/a3d_open.py', '--num', 4, '--warm-up', 4, '--rounds', 1, '--json', out, '--cfg-options',
               'pipeline.chunk=4', 'shard_size=4')
    assert done.returncode == 0, done.stderr
    report = json.loads(out.read_text())
    check(report, done)
    assert {'pose', 'look', 'background', 'bodies', 'lighting', 'render', 'compose', 'annotate', 'encode',
            'write'} <= set(report['one_core']['stages_ms'])
