"""The two tools as a user calls them: conversion with its report, and parity with the public networks."""
import json
import runpy
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

ROOT = Path(__file__).resolve().parents[2]
TOOLS, FIXTURES = ROOT / 'tools' / 'model_converters', ROOT / 'tests' / 'data' / 'parity'
pytest.importorskip('mmpretrain')


@pytest.fixture
def run(monkeypatch, capsys):
    """``run(tool, *arguments)`` -> exit code, standard output, standard error; in this process, which spares the imports."""
    def run(tool, *arguments):
        monkeypatch.setattr(sys, 'argv', [tool, *map(str, arguments)])
        monkeypatch.setattr(sys, 'path', list(sys.path))
        try:
            runpy.run_path(str(TOOLS / tool), run_name='__main__')
            code = 0
        except SystemExit as end:
            code = end.code or 0
        return SimpleNamespace(returncode=code, **capsys.readouterr()._asdict())
    return run


@pytest.fixture(scope='module')
def parity_room():
    """The modules of the parity tool."""
    sys.path.insert(0, str(TOOLS))
    yield
    sys.path.remove(str(TOOLS))


@pytest.fixture
def small(tmp_path):
    """A folder with two of the fixtures, to be changed."""
    for name in ('bpac_only.npz', 'bpac_only.keys.json', 'amputation.npz', 'amputation.keys.json'):
        shutil.copy(FIXTURES / name, tmp_path)
    return tmp_path


def test_some_fixtures_are_within_their_limits(run, tmp_path):
    done = run('check_parity.py', '--fixtures', FIXTURES, '--json', tmp_path / 'parity.json', '--only', 'tokenizer_t160',
               'bpac_only', 'geometry', 'amputation', 'tokenhmr_full_t160')
    assert done.returncode == 0, done.out + done.err
    found = json.loads((tmp_path / 'parity.json').read_text())
    results = {result['name']: result for result in found['results']}
    assert found['ok'] and len(results) == 5 and '5 of 5' in done.out
    assert results['tokenizer_t160']['arrays'] == 19 and results['tokenizer_t160']['differences']['code_index']['error'] == 0
    assert 0 < results['bpac_only']['differences']['logits']['error'] < 3e-5
    assert results['tokenhmr_full_t160']['entries']['entries'] == 574
    for name in ('tokenizer_t160', 'bpac_only', 'geometry', 'amputation'):
        # every stored array is compared, but for what a run reads
        compared = set(results[name]['differences'])
        assert compared < set(np.load(FIXTURES / f'{name}.npz').files) and len(compared) >= 5


@pytest.mark.slow
def test_every_fixture_is_within_its_limits(run, tmp_path):
    pytest.importorskip('mmpose')
    done = run('check_parity.py', '--fixtures', FIXTURES, '--json', tmp_path / 'parity.json')
    assert done.returncode == 0, done.out + done.err
    found = json.loads((tmp_path / 'parity.json').read_text())
    assert {result['name'] for result in found['results']} == {path.name[:-10] for path in FIXTURES.glob('*.keys.json')}


def test_other_salts_seeds_and_batches_are_read_from_the_folder(run, small):
    """Weights of another salt are other weights: with them the stored numbers must not come out, and the tool says so."""
    recipe = dict(fixtures=dict(bpac_only=dict(salt='ajahr-a6/', images=[211, 4, 256]), amputation={}))
    (small / 'recipe.json').write_text(json.dumps(recipe))
    done = run('check_parity.py', '--fixtures', small)
    assert done.returncode == 1 and 'TOO FAR' in done.out and '1 of 2' in done.out
    assert 'bpac_only.weight_mean_std' in done.out and 'bpac_only.logits' in done.out


def test_a_batch_of_another_size_from_a_table_in_markdown(run, small):
    """The first two people of a fixture are a fixture of their own: images of one seed are drawn one after the other."""
    stored = dict(np.load(small / 'bpac_only.npz'))
    whole = ('weight_mean_std', 'heatmap_window_sample0_joint0', 'heatmap_window_origin_xy')
    np.savez(small / 'half.npz', **{name: value if name in whole else value[:2] for name, value in stored.items()})
    shutil.copy(small / 'bpac_only.keys.json', small / 'half.keys.json')
    own = json.loads((TOOLS / 'parity' / 'recipe.json').read_text())['given']['ajahr-a5/']
    given = '\n'.join(f"    '{name}': {values}," for name, values in own.items())
    (small / 'weights_recipe.md').write_text(
        f'| fixture | salt | `images` seed / batch / size | other inputs |\n|---|---|---|---|\n'
        f'| half | `ajahr-a5/` | 211 / 2 / 256 | – |\n\nfor salt `ajahr-a5/`:\n```python\ngiven = {{\n{given}\n}}\n```\n')
    done = run('check_parity.py', '--fixtures', small, '--only', 'half')
    assert done.returncode == 0, done.out + done.err


def test_a_wrong_number_is_found(run, small):
    stored = dict(np.load(small / 'amputation.npz'))
    stored['joints24'][3, 5, 1] += 1e-4
    np.savez(small / 'amputation.npz', **stored, surprise=np.zeros(3))
    done = run('check_parity.py', '--fixtures', small, '--only', 'amputation')
    assert done.returncode == 1 and 'amputation.joints24: 1.0' in done.out and 'amputation.surprise' in done.out


@pytest.mark.parametrize('arguments, words', [
    (['--fixtures', '{tmp}'], 'holds no fixtures'),
    (['--fixtures', '{small}', '--only', 'nobody'], 'holds no fixture nobody')])
def test_unusable_folders(run, small, tmp_path_factory, arguments, words):
    empty = tmp_path_factory.mktemp('empty')
    done = run('check_parity.py', *(a.format(tmp=empty, small=small) for a in arguments))
    assert done.returncode == 2 and words in done.err


def test_integers_and_limits(parity_room):
    from parity.comparison import COMMON, Ours, compare, steep
    stored = dict(code_index=np.array([1, 2, 3]), betas=np.array([0.0, 1.0], np.float32), cam_t=np.array([100.0]))
    same = compare(stored, dict(code_index=[1, 2, 3], betas=[5e-5, 1.0], cam_t=[100.002]), COMMON)
    assert all(each.within for each in same.values()) and same['betas'].share == pytest.approx(0.5, rel=1e-3)
    apart = compare(stored, dict(code_index=[1, 2, 4], betas=[2e-4, 1.0], cam_t=[100.004]), COMMON)
    assert not any(each.within for each in apart.values())
    assert compare(stored, dict(code_index=Ours([1, 2, 4], [True, True, False]), betas=[0, 1], cam_t=[100]), COMMON)[
        'code_index'].within
    assert not compare(stored, dict(code_index=[1, 2, 3], betas=[0, 1]), COMMON)['cam_t'].within  # nobody computed it
    assert not compare(stored, dict(stored, betas=np.array([np.nan, 1])), COMMON)['betas'].within
    assert steep(np.array([[1, 0, 0, 0, 1, 0], [1, 0, 0, 1, 0.05, 0]])).tolist() == [True, False]


def test_the_converter_tells_what_it_did(run, parity_room, tmp_path):
    from parity.folder import draw_state
    from parity.tokenizer_files import tokenizer_keys
    state = draw_state(tokenizer_keys(40, width=8, code_dim=4, num_codes=16), 'toy/', {})
    torch.save(dict(net=state), tmp_path / 'tokenizer.pth')
    source = ('--src', tmp_path / 'tokenizer.pth', '--out')
    done = run('convert_official.py', '--family', 'tokenizer', *source, tmp_path / 'o.safetensors')
    assert done.returncode == 0, done.err
    assert 'num_tokens 40' in done.out and "type='VQPoseCodec'" in done.out and (tmp_path / 'o.safetensors').exists()
    wrong = run('convert_official.py', '--family', 'ajahr', *source, tmp_path / 'x.safetensors')
    assert wrong.returncode == 2 and 'use --family tokenizer' in wrong.err
    assert not (tmp_path / 'x.safetensors').exists()


def test_own_key_lists_are_the_public_ones(parity_room):
    from parity.tokenizer_files import tokenizer_keys
    for tokens in (160, 320):
        public = [tuple(entry) for entry in json.loads((FIXTURES / f'tokenizer_t{tokens}.keys.json').read_text())]
        assert [(name, list(shape), kind) for name, shape, kind in tokenizer_keys(tokens)] == public
