import hashlib
import json

import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis import generator as module
from ajahr_mm.synthesis.generator import generate


@pytest.fixture(scope='module')
def config(make_config):
    return dict(name='tiny', shard_size=10, pose_sets=dict(train=40, test=20),
                pipeline=make_config(splits=dict(train=20, test=5), image_size=64))


def checksums(folder) -> dict:
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob('*')) if path.is_file()}


@pytest.fixture(scope='module')
def finished(config, tmp_path_factory):
    folder = tmp_path_factory.mktemp('set') / 'a'
    generate(config, folder, workers=1)
    return folder, checksums(folder)


def test_everything_is_written_and_the_card_tells_the_truth(finished):
    folder, files = finished
    assert {'dataset_card.json', 'contact_sheet.jpg', 'poses_train.npz', 'poses_test.npz', 'train/annotations.npz',
            'test/annotations.npz', 'train/images/000019.jpg', 'test/images/000004.jpg', '.synthesis'} <= set(files)
    assert len(files) == 6 + 25 + 1
    card = json.loads((folder / 'dataset_card.json').read_text())
    assert card['sha256']['train/annotations.npz'] == files['train/annotations.npz']
    assert card['splits']['train']['pictures'] == 20 and card['shared_between_splits'] == dict(photographs=[], pose_pairs=[])


@pytest.mark.slow
def test_two_workers_give_the_same_files(config, finished, tmp_path):
    generate(config, tmp_path / 'b', workers=2)
    assert checksums(tmp_path / 'b') == finished[1]


def test_a_killed_run_is_completed_to_the_same_files(config, finished, tmp_path, monkeypatch):
    write, calls = module.shards.write, []

    def killed(shard, samples, out):
        if len(calls) == 1:
            raise KeyboardInterrupt
        calls.append(shard)
        write(shard, samples, out)
    monkeypatch.setattr(module.shards, 'write', killed)
    with pytest.raises(KeyboardInterrupt):
        generate(config, tmp_path / 'c', workers=1)
    assert not (tmp_path / 'c' / 'train' / 'annotations.npz').exists()
    made = []
    monkeypatch.setattr(module.shards, 'write', lambda shard, *rest: (made.append(shard), write(shard, *rest)))
    generate(config, tmp_path / 'c', workers=1)
    assert len(made) == 2 and calls[0] not in made
    assert checksums(tmp_path / 'c') == finished[1]


def test_a_finished_set_is_left_alone(config, finished, monkeypatch):
    def refuse(*_):
        raise AssertionError('rendered again')
    monkeypatch.setattr('ajahr_mm.synthesis.pipeline.A3DPipeline.render', refuse)
    generate(config, finished[0], workers=1)
    assert checksums(finished[0]) == finished[1]


def test_other_settings_and_foreign_folders_are_refused(config, finished, tmp_path):
    with pytest.raises(UserError, match='other settings'):
        generate({**config, 'pose_sets': dict(train=41)}, finished[0])
    (tmp_path / 'thesis.txt').write_text('do not overwrite')
    with pytest.raises(UserError, match='not a set of this tool'):
        generate(config, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ['thesis.txt']


@pytest.mark.parametrize('change, words', [
    (dict(shard_size=15), 'multiple of pipeline.chunk'), (dict(pose_sets=dict(train=0)), 'whole number')])
def test_impossible_settings_are_refused_before_anything_is_written(config, tmp_path, change, words):
    with pytest.raises(UserError, match=words):
        generate({**config, **change}, tmp_path / 'd')
    assert not (tmp_path / 'd').exists()


def test_progress_writes_at_most_ten_lines_into_a_log(capsys):
    for done in range(50, 3301, 50):
        module._progress(done, 50, 3300, 1.)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 10 and lines[-1].startswith('3300/3300')
