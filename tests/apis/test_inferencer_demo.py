"""The command line: what it prints, what it leaves, how it ends."""
import runpy
import sys
from pathlib import Path

import pytest
import torch

from ajahr_mm.registry import MODELS

DEMO = Path(__file__).parents[2] / 'demo'


@pytest.fixture
def run(network, tmp_path, monkeypatch, capsys):
    """Runs the demo with a registered network; gives exit code, output and errors."""
    MODELS.register_module(name='DemoProbe', module=type(network), force=True)
    (tmp_path / 'config.py').write_text("model = dict(type='DemoProbe')\n")
    torch.save(network.state_dict(), tmp_path / 'weights.pth')

    def call(*words, model='config.py', weights='weights.pth'):
        monkeypatch.setattr(sys, 'argv', ['inferencer_demo.py', *map(str, words), '--model', str(tmp_path / model),
                                          '--weights', str(tmp_path / weights), '--out-dir', str(tmp_path / 'out')])
        code = 0
        try:
            runpy.run_path(str(DEMO / 'inferencer_demo.py'), run_name='__main__')
        except SystemExit as end:
            code = end.code
        return (code, *capsys.readouterr())
    yield call
    MODELS.module_dict.pop('DemoProbe')


def test_the_astronaut(run, tmp_path):
    pytest.importorskip('skimage')
    people = DEMO / 'astronaut.json'
    code, out, _ = run('astronaut', '--boxes', people, '--keypoints', people, '--amputate', 3, 3, 3, 1.4)
    assert code == 0 and 'astronaut.png, person 0: right leg: absent from the knee' in out
    assert {f.name for f in (tmp_path / 'out').iterdir()} == {
        'astronaut_0_overlay.png', 'astronaut_0.json', 'astronaut_0.glb', 'results.json'}


@pytest.mark.parametrize('words, files, sentence', [
    (['nowhere.jpg'], {}, 'nowhere.jpg does not exist'),
    (['.'], {}, 'has no image'),
    (['astronaut', '--boxes', 'nowhere.json'], {}, 'nowhere.json does not exist'),
    (['astronaut', '--amputate', '1', '2'], {}, 'amputate must give four'),
    (['astronaut', '--amputate', 'a', 'b', 'c', 'd'], {}, '--amputate takes'),
    (['astronaut', '--pose-config', 'a.py'], {}, 'belong together'),
    (['astronaut'], dict(model='nowhere.py'), 'nowhere.py does not exist'),
    (['astronaut'], dict(weights='nowhere.pth'), 'nowhere.pth does not exist'),
])
def test_a_mistake_is_one_sentence(run, tmp_path, monkeypatch, words, files, sentence):
    monkeypatch.chdir(tmp_path)
    code, _, errors = run(*words, **files)
    assert code == 2 and errors.startswith('error: ') and sentence in errors
    assert len(errors.strip().splitlines()) == 1 and 'Traceback' not in errors
    assert not (tmp_path / 'out').exists()


def test_an_unknown_type_and_another_checkpoint(run, tmp_path):
    (tmp_path / 'unknown.py').write_text("model = dict(type='NoSuchNetwork')\n")
    code, _, errors = run('astronaut', model='unknown.py')
    assert code == 2 and 'NoSuchNetwork' in errors and len(errors.splitlines()) == 1
    torch.save({'state_dict': {'other': torch.zeros(2)}}, tmp_path / 'other.pth')
    code, _, errors = run('astronaut', weights='other.pth')
    assert code == 2 and 'other.pth is of another model' in errors and not (tmp_path / 'out').exists()
