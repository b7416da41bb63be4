"""The quickstart's way through its stages; what the stages call has tests of its own."""
import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def quickstart(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location('quickstart', ROOT / 'tools/quickstart.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    calls = []
    (tmp_path / 'first.py').write_text('1')
    (tmp_path / 'second').mkdir()
    (tmp_path / 'second/part.py').write_text('2')
    monkeypatch.setattr(module, 'ROOT', tmp_path)
    monkeypatch.setattr(module, 'STAGES', dict(first=(lambda: calls.append('first'), ['first.py']),
                                               second=(lambda: calls.append('second'), ['second'])))
    monkeypatch.setattr(module, 'show', lambda summary: None)
    monkeypatch.chdir(tmp_path)
    summary = tmp_path / module.WORK / 'summary.json'
    summary.parent.mkdir(parents=True)
    summary.write_text('{}')
    module.calls = calls
    return module


def test_a_second_run_skips_finished_stages(quickstart, capsys):
    quickstart.main()
    quickstart.main()
    assert quickstart.calls == ['first', 'second']
    assert '[2/2] second: already done' in capsys.readouterr().out


def test_a_changed_source_makes_its_stage_and_all_later_ones_run_again(quickstart, tmp_path):
    quickstart.main()
    (tmp_path / 'second/part.py').write_text('changed')
    quickstart.main()
    assert quickstart.calls == ['first', 'second', 'second']
    (tmp_path / 'first.py').write_text('changed')
    quickstart.main()
    assert quickstart.calls[3:] == ['first', 'second']


def test_a_failed_stage_is_not_stamped_and_keeps_what_came_before(quickstart, monkeypatch):
    def fail():
        raise SystemExit(2)
    monkeypatch.setitem(quickstart.STAGES, 'second', (fail, ['second']))
    with pytest.raises(SystemExit) as stop:
        quickstart.main()
    assert stop.value.code == 2
    assert quickstart.stamp_file('first').exists() and not quickstart.stamp_file('second').exists()


def test_stage_times_are_kept(quickstart):
    quickstart.main()
    assert json.loads(quickstart.stamp_file('first').read_text())['seconds'] >= 0


def test_every_real_stage_names_sources_that_exist():
    spec = importlib.util.spec_from_file_location('quickstart_real', ROOT / 'tools/quickstart.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for _, sources in module.STAGES.values():
        assert sources and all((ROOT / source).exists() for source in sources)


@pytest.mark.parametrize('mark, stays', [('{"version": "0"}', False), (None, True)])
def test_a_set_of_other_code_is_made_anew_and_other_folders_are_left_to_the_generator(quickstart, monkeypatch, tmp_path, mark,
                                                                                      stays):
    made = []
    monkeypatch.setattr(quickstart, 'run', lambda *arguments: made.append(arguments))
    monkeypatch.setattr(quickstart, 'SYNTHESIS', str(ROOT / quickstart.SYNTHESIS))
    folder = tmp_path / quickstart.DATA
    (folder / 'train').mkdir(parents=True)
    if mark is not None:
        (folder / '.synthesis').mkdir()
        (folder / '.synthesis/claim.json').write_text(mark)
    quickstart.synthesis()
    assert len(made) == 1 and (folder / 'train').exists() == stays
