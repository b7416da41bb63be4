import json
import multiprocessing
from pathlib import Path

import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.running.claim import claim, fingerprint, locked


@pytest.fixture
def config(make_tiny):
    import tiny_pipeline  # noqa: F401
    return make_tiny()


def test_a_folder_is_claimed_once_and_for_all(config, tmp_path):
    claim(tmp_path / 'a' / 'b', config)
    mark = tmp_path / 'a' / 'b' / '.synthesis' / 'claim.json'
    content = mark.read_bytes()
    claim(tmp_path / 'a' / 'b', config)
    assert mark.read_bytes() == content
    assert json.loads(content)['settings']['pipeline']['seed'] == 3


def test_the_fingerprint_does_not_depend_on_the_order_of_the_config_or_on_strictness(config):
    other = {**dict(reversed(config.items())), 'pipeline': dict(reversed(config['pipeline'].items()))}
    other['pipeline']['backgrounds'] = dict(type='TinyBackgrounds', strict=True)
    assert fingerprint(other) == fingerprint(config)


@pytest.mark.parametrize('change, words', [
    (dict(pipeline=dict(seed=4)), r'other settings \(pipeline.seed is 3 there and 4 here\)'),
    (dict(pipeline=dict(splits=dict(train=42, test=11))), 'pipeline.splits.test is 10 there and 11 here'),
    (dict(shard_size=10), 'shard_size is 5 there and 10 here'),
    (dict(format=dict(type='TarFormat')), "format.type is not set there and 'TarFormat' here")])
def test_another_set_is_refused_and_the_difference_is_named(config, tmp_path, change, words):
    claim(tmp_path / 'set', config)
    changed = {**config, **change, 'pipeline': {**config['pipeline'], **change.get('pipeline', {})}}
    with pytest.raises(UserError, match=words):
        claim(tmp_path / 'set', changed)


@pytest.mark.parametrize('key, value, words', [
    ('version', '0.0.1', 'by version 0.0.1 of ajahr_mm'), ('code', '0' * 16, 'by another state of the code'),
    ('assets', '0' * 16, 'with other files of the package')])
def test_a_set_of_an_older_checkout_is_refused(config, tmp_path, key, value, words):
    claim(tmp_path / 'set', config)
    mark = tmp_path / 'set' / '.synthesis' / 'claim.json'
    mark.write_text(json.dumps({**json.loads(mark.read_text()), key: value}))
    with pytest.raises(UserError, match=words):
        claim(tmp_path / 'set', config)


def test_a_mark_of_the_first_versions_is_refused(config, tmp_path):
    (tmp_path / '.synthesis').write_text('00c0ffee00c0ffee\n')
    with pytest.raises(UserError, match='by an older version of ajahr_mm'):
        claim(tmp_path, config)


def test_folders_of_others_are_left_alone(config, tmp_path):
    (tmp_path / 'thesis.txt').write_text('do not overwrite')
    with pytest.raises(UserError, match='not a set of this tool'):
        claim(tmp_path, config)
    with pytest.raises(UserError, match='not a set of this tool'):
        claim(tmp_path / 'thesis.txt', config)
    assert [path.name for path in tmp_path.iterdir()] == ['thesis.txt']


def test_what_a_killed_claim_leaves_does_not_block_the_folder(config, tmp_path):
    (tmp_path / '.synthesis').mkdir()
    (tmp_path / '.synthesis' / 'lock').touch()
    (tmp_path / '.synthesis' / '.claim-x3k2.json').touch()
    claim(tmp_path, config)
    assert (tmp_path / '.synthesis' / 'claim.json').exists()


def test_a_folder_that_cannot_be_written_is_told(config):
    with pytest.raises(UserError, match='/proc/set cannot be written'):
        claim(Path('/proc/set'), config)


def _count(out, counter):
    for _ in range(50):
        with locked(out):
            counter.write_text(str(int(counter.read_text()) + 1))


def test_only_one_process_is_inside_the_lock(tmp_path):
    counter = tmp_path / 'counter'
    counter.write_text('0')
    (tmp_path / '.synthesis').mkdir()
    processes = [multiprocessing.get_context('fork').Process(target=_count, args=(tmp_path, counter)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert counter.read_text() == '150' and [process.exitcode for process in processes] == [0, 0, 0]
