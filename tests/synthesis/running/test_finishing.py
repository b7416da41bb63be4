import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.output.shards import plan
from ajahr_mm.synthesis.running import finishing
from ajahr_mm.synthesis.running.job import Job


@pytest.fixture
def job(make_tiny, tmp_path):
    """All shards made, nothing finished."""
    job = Job(make_tiny(), tmp_path / 'set', 'none', 1)
    (tmp_path / 'set' / '.synthesis').mkdir(parents=True)
    finishing.begin(job.out)
    for shard in plan(job.pipeline.splits, 5):
        job.make(shard)
    return job


def test_a_set_is_finished_when_its_card_is_there_and_nobody_works_on_it(job):
    assert not finishing.is_finished(job.out)
    told = finishing.finish(job, plan(job.pipeline.splits, 5))
    assert finishing.is_finished(job.out) and len(told) == 11
    finishing.begin(job.out)
    assert not finishing.is_finished(job.out)


def test_finishing_again_changes_nothing(job, sums):
    finishing.finish(job, plan(job.pipeline.splits, 5))
    before, cost = sums(job.out), (job.out / 'cost.json').read_text()
    assert finishing.finish(job, plan(job.pipeline.splits, 5)) == []
    assert sums(job.out) == before and (job.out / 'cost.json').read_text() == cost


def test_only_what_the_work_needed_is_removed(job):
    (job.out / '.notes').write_text('mine')
    (job.out / '.poses_train-ab12.npz').write_text('torn')
    finishing.finish(job, plan(job.pipeline.splits, 5))
    hidden = {path.relative_to(job.out).as_posix() for path in job.out.rglob('*')
              if path.is_file() and path.relative_to(job.out).as_posix().startswith('.')}
    assert hidden == {'.notes', '.synthesis/lock'}


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(UserError, match='cannot be written'):
        finishing.begin(tmp_path / 'nowhere')
