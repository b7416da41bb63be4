import multiprocessing
import time

import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.output.shards import plan
from ajahr_mm.synthesis.running.generator import generate
from ajahr_mm.synthesis.running.job import Job
from ajahr_mm.synthesis.running.launchers import Processes


def shards_of(config):
    return plan(config['pipeline']['splits'], config['shard_size'])


def test_two_workers_give_the_bytes_of_one_process(make_tiny, finished, sums, tmp_path):
    outcome = generate(make_tiny(), tmp_path / 'set', workers=2)
    assert outcome.pictures == 52 and len(outcome.skipped) == 5
    assert sums(tmp_path / 'set') == finished[1]


@pytest.mark.slow
def test_every_shard_is_made_once_with_little_memory(make_tiny, tmp_path):
    config = make_tiny(pause=.01)
    job = Job(config, tmp_path, 'mp', 2)
    made = list(Processes(2).run(job, shards_of(config)))
    assert sorted(report.shard for report in made) == sorted(shards_of(config))
    assert all(report.memory < 1.5 * 2 ** 30 for report in made)
    assert not multiprocessing.active_children()


@pytest.mark.slow
def test_the_sentence_of_a_worker_arrives_word_for_word(make_tiny, tmp_path):
    config = make_tiny(backgrounds=dict(type='TinyBackgrounds', strict=True))
    with pytest.raises(UserError) as told:
        list(Processes(2).run(Job(config, tmp_path, 'mp', 2), shards_of(config)))
    assert str(told.value) in ('train/7.jpg breaks off; copy it again', 'train/17.jpg breaks off; copy it again')
    assert not multiprocessing.active_children()
    assert not [path for path in tmp_path.rglob('.*') if path.is_file()]


@pytest.mark.slow
def test_killed_workers_are_replaced_and_their_shards_made_again(make_tiny, tmp_path):
    config = make_tiny(die=(str(tmp_path / 'deaths'), 2))
    made = list(Processes(2).run(Job(config, tmp_path / 'set', 'mp', 2), shards_of(config)))
    assert sorted(report.shard for report in made) == sorted(shards_of(config))
    assert (tmp_path / 'deaths').read_bytes() == b'..'


@pytest.mark.slow
def test_workers_that_die_again_and_again_end_the_run(make_tiny, tmp_path):
    config = make_tiny(die=(str(tmp_path / 'deaths'), 99))
    with pytest.raises(UserError, match='workers were killed 2 times, most likely for want of memory'):
        list(Processes(2, deaths=1).run(Job(config, tmp_path / 'set', 'mp', 2), shards_of(config)))


@pytest.mark.slow
def test_who_stops_looking_ends_the_workers(make_tiny, tmp_path):
    config = make_tiny(pause=.2)
    made = Processes(2).run(Job(config, tmp_path, 'mp', 2), shards_of(config))
    next(made)
    start = time.monotonic()
    made.close()
    assert time.monotonic() - start < 5 and not multiprocessing.active_children()
    assert not [path for path in tmp_path.rglob('.*') if path.is_file()]
