import os

import cv2

from ajahr_mm.synthesis.output.shards import plan
from ajahr_mm.synthesis.running.job import Job
from ajahr_mm.synthesis.running.launchers import InProcess


def test_shards_are_made_one_after_another_on_one_thread(make_tiny, tmp_path, monkeypatch):
    seen, make = [], Job.make

    def watched(job, shard):
        seen.append((os.getpid(), cv2.getNumThreads()))
        return make(job, shard)
    monkeypatch.setattr(Job, 'make', watched)
    config = make_tiny()
    shards = plan(config['pipeline']['splits'], 5)
    before = cv2.getNumThreads()
    made = InProcess().run(Job(config, tmp_path, 'none', 1), shards)
    assert next(made).shard == shards[0] and shards[0].table(tmp_path).exists() and not shards[1].table(tmp_path).exists()
    assert [report.shard for report in made] == shards[1:]
    assert set(seen) == {(os.getpid(), 1)} and cv2.getNumThreads() == before
