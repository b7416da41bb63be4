import pickle

import numpy as np

from ajahr_mm.synthesis.output.shards import Shard
from ajahr_mm.synthesis.running import reports
from ajahr_mm.synthesis.running.job import Job


def test_a_job_travels_without_its_pipeline(make_tiny, tmp_path):
    job = Job(make_tiny(), tmp_path, 'mp', 2)
    assert job.pipeline is job.pipeline
    sent = pickle.dumps(job)
    arrived = pickle.loads(sent)
    assert len(sent) < 2000 and 'pipeline' not in vars(arrived)
    assert (arrived.config, arrived.out, arrived.launcher, arrived.workers) == (job.config, job.out, 'mp', 2)
    assert arrived.pipeline.splits == job.pipeline.splits


def test_a_shard_is_made_written_and_reported(make_tiny, tmp_path):
    job = Job(make_tiny(pause=.01), tmp_path, 'ray', 7)
    report = job.make(Shard('train', 5, 10))
    assert reports.read_all([Shard('train', 5, 10)], tmp_path) == [report]
    assert (report.pictures, report.launcher, report.workers) == (5, 'ray', 7) and report.seconds >= .05
    with np.load(report.shard.table(tmp_path), allow_pickle=False) as table:
        assert table['index'].tolist() == [5, 6, 7, 8, 9]


def test_a_file_that_cannot_be_used_is_reported_once_by_each_process(make_tiny, tmp_path):
    job = Job(make_tiny(), tmp_path, 'none', 1)
    told = [job.make(Shard('train', start, start + 10)).skipped for start in (0, 10, 0)]
    assert told == [{'train/7.jpg': 'it breaks off'}, {'train/17.jpg': 'it breaks off'}, {}]
    assert list(Job(make_tiny(), tmp_path, 'none', 1).make(Shard('train', 10, 20)).skipped) == ['train/17.jpg']


def test_the_format_is_that_of_the_config(make_tiny, tmp_path):
    assert type(Job(make_tiny(), tmp_path, 'none', 1).format).__name__ == 'FolderFormat'
    job = Job({**make_tiny(), 'format': dict(type='TarFormat')}, tmp_path, 'none', 1)
    job.make(Shard('test', 0, 5))
    assert [path.name for path in (tmp_path / 'test').glob('*.tar')] == ['a3d-test-000000.tar']
