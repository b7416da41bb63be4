import sys

import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.output.shards import plan
from ajahr_mm.synthesis.running.generator import generate
from ajahr_mm.synthesis.running.job import Job
from ajahr_mm.synthesis.running.launchers import RayCluster


def shards_of(config):
    return plan(config['pipeline']['splits'], config['shard_size'])


@pytest.fixture
def ray():
    return pytest.importorskip('ray')


def test_without_ray_the_install_line_is_named(make_tiny, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, 'ray', None)
    with pytest.raises(ImportError, match=r"needs Ray: pip install 'ajahr_mm\[ray\]'"):
        list(RayCluster(2).run(Job(make_tiny(), tmp_path, 'ray', 2), shards_of(make_tiny())))


@pytest.mark.slow
def test_a_local_ray_of_two_cpus_gives_the_bytes_of_one_process(ray, make_tiny, finished, sums, tmp_path):
    outcome = generate(make_tiny(), tmp_path / 'set', workers=2, launcher='ray')
    assert outcome.pictures == 52 and len(outcome.skipped) == 5 and not ray.is_initialized()
    assert sums(tmp_path / 'set') == finished[1]


@pytest.mark.slow
def test_killed_actors_are_started_again(ray, make_tiny, tmp_path):
    config = make_tiny(die=(str(tmp_path / 'deaths'), 2))
    made = list(RayCluster(2).run(Job(config, tmp_path / 'set', 'ray', 2), shards_of(config)))
    assert sorted(report.shard for report in made) == sorted(shards_of(config))
    assert (tmp_path / 'deaths').read_bytes() == b'..'
    assert {(report.launcher, report.workers) for report in made} == {('ray', 2)}


@pytest.mark.slow
def test_the_sentence_of_an_actor_arrives_word_for_word(ray, make_tiny, tmp_path):
    config = make_tiny(backgrounds=dict(type='TinyBackgrounds', strict=True))
    with pytest.raises(UserError) as told:
        list(RayCluster(1).run(Job(config, tmp_path, 'ray', 1), shards_of(config)))
    assert type(told.value) is UserError and str(told.value) == 'train/7.jpg breaks off; copy it again'
    assert not ray.is_initialized()


@pytest.mark.slow
def test_actors_that_die_again_and_again_end_the_run(ray, make_tiny, tmp_path):
    config = make_tiny(die=(str(tmp_path / 'deaths'), 99))
    with pytest.raises(UserError, match='an actor of Ray died more than 1 times'):
        list(RayCluster(1, deaths=1).run(Job(config, tmp_path / 'set', 'ray', 1), shards_of(config)))


@pytest.mark.slow
def test_a_cluster_that_does_not_answer_is_told(ray, make_tiny, tmp_path, monkeypatch):
    monkeypatch.setenv('RAY_ADDRESS', '127.0.0.1:1')
    with pytest.raises(UserError, match='no Ray cluster answers at RAY_ADDRESS=127.0.0.1:1'):
        list(RayCluster(1).run(Job(make_tiny(), tmp_path, 'ray', 1), shards_of(make_tiny())))
