import copy
import logging
import multiprocessing

import numpy as np
import pytest

from ajahr_mm.datasets.bad_samples import BadSamples, check_policy
from ajahr_mm.io.errors import UserError


def test_each_record_counts_once():
    bad = BadSamples('set', 100, 0.1)
    for row in (3, 3, 7):
        bad.add(row, 'torn')
    assert len(bad) == 2 and 3 in bad and 4 not in bad
    assert len(copy.deepcopy(bad)) == 2


def test_the_limit_is_told_with_the_last_reason():
    bad = BadSamples('set', 100, 0.02)
    bad.add(1, 'a.jpg is torn.')
    bad.add(2, 'b.jpg is torn.')
    with pytest.raises(UserError, match=r'set: 3 of 100 records cannot be used, more than the 2 .*: c.jpg is torn. Repair'):
        bad.add(3, 'c.jpg is torn.')


def test_one_is_always_allowed():
    bad = BadSamples('set', 3, 0)
    bad.add(0, 'torn')
    with pytest.raises(UserError):
        bad.add(1, 'torn')


def test_what_was_left_out_before_counts():
    with pytest.raises(UserError, match='2 of 12 records'):
        BadSamples('set', 10, 0.05, ['shard 1 breaks off.', 'shard 2 breaks off.'])
    bad = BadSamples('set', 10, 0.5, ['shard 1 breaks off.'])
    bad.add_rows(np.arange(10) == 4, ['row 4 is NaN.'])
    assert len(bad) == 2 and bad.records == 11


def test_only_the_first_ones_are_logged(monkeypatch):
    from ajahr_mm.datasets import bad_samples
    lines = []
    monkeypatch.setattr(bad_samples, 'print_log', lambda text, logger, level: lines.append((text, level)))
    bad = BadSamples('set', 1000, 1)
    for row in range(100):
        bad.add(row, f'{row}.jpg is torn.')
    assert [text.split(': ')[1] for text, _ in lines] == [f'left out, {n} so far' for n in (1, 2, 3, 4, 5, 8, 16, 32, 64)]
    assert lines[0] == ('set: left out, 1 so far: 0.jpg is torn.', logging.WARNING)


def _mark(bad, row):
    bad.add(row, 'torn')


def test_processes_share_the_count():
    bad = BadSamples('set', 50, 1)
    workers = [multiprocessing.get_context('fork').Process(target=_mark, args=(bad, row)) for row in (4, 9)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(bad) == 2 and 9 in bad


def test_settings():
    check_policy('skip', 0.5)
    with pytest.raises(UserError, match="on_bad='ignore' is not one of raise, skip"):
        check_policy('ignore', 0.5)
    with pytest.raises(UserError, match='max_bad=5'):
        check_policy('skip', 5)
