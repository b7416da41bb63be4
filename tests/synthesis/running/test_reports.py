import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.output.shards import plan
from ajahr_mm.synthesis.output.tables import save_columns
from ajahr_mm.synthesis.running import reports
from ajahr_mm.synthesis.running.reports import Report

PLAN = plan(dict(train=25, test=10), 10)


def report(shard, seconds=2., skipped=None, workers=2, **changes):
    return Report(shard, seconds, 800 << 20, skipped or {}, 'mp', workers, 'abacus')._replace(**changes)


def declare(shard, out):
    save_columns(shard.table(out), {})


def test_what_is_written_is_read_back_in_the_order_of_the_plan(tmp_path):
    made = [report(PLAN[3]), report(PLAN[0], skipped={'ä.jpg': 'breaks off'})]
    for each in made:
        reports.write(each, tmp_path)
    assert reports.read_all(PLAN, tmp_path) == [made[1], made[0]]
    assert [path.name for path in (tmp_path / reports.FOLDER).iterdir() if path.name.startswith('.')] == []


def test_a_shard_is_finished_when_it_is_written_and_reported(tmp_path):
    assert reports.unfinished(PLAN, tmp_path) == PLAN
    declare(PLAN[0], tmp_path)
    assert reports.unfinished(PLAN, tmp_path) == PLAN                   # killed before the report
    reports.write(report(PLAN[0]), tmp_path)
    reports.write(report(PLAN[2]), tmp_path)                            # of a shard whose table is not there
    assert reports.unfinished(PLAN, tmp_path) == PLAN[1:]


def test_a_merged_split_needs_no_reports(tmp_path):
    save_columns(tmp_path / 'train' / 'annotations.npz', {})
    assert reports.unfinished(PLAN, tmp_path) == PLAN[3:]


def test_the_cost_is_the_sum_over_all_runs():
    cost = reports.cost([report(PLAN[0]), report(PLAN[2], 1.5, workers=4, launcher='slurm'),
                         report(PLAN[3], .25, machine='calculator', memory=900 << 20)])
    assert cost == dict(seconds=3.75, pictures=25, workers=4, launcher='mp, slurm', machine='abacus, calculator',
                        megabytes_a_worker=900)


def test_skipped_files_are_named_once_and_sorted():
    files = reports.skipped([report(PLAN[0], skipped={'b': 'cut off', 'a': 'CMYK'}), report(PLAN[1], skipped={'a': 'CMYK'})])
    assert list(files.items()) == [('a', 'CMYK'), ('b', 'cut off')]


def test_a_damaged_report_is_told(tmp_path):
    reports.write(report(PLAN[0]), tmp_path)
    reports.path_of(PLAN[0], tmp_path).write_text('{')
    with pytest.raises(UserError, match='train-0000000.json is not valid JSON'):
        reports.read_all(PLAN, tmp_path)


def test_memory_and_machine_are_those_of_this_process():
    import resource
    assert reports.peak_memory() >= resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0
    assert 50 << 20 < reports.peak_memory() < 64 << 30
    assert 'cores' in reports.describe_machine()
