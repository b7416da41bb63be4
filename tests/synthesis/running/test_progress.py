import io
import sys

import pytest

from ajahr_mm.synthesis.output.shards import Shard
from ajahr_mm.synthesis.running import progress
from ajahr_mm.synthesis.running.reports import Report


def report(start, count, **skipped):
    return Report(Shard('train', start, start + count), 1., 0, skipped, 'none', 1, 'abacus')


@pytest.mark.parametrize('size, total', [(50, 3300), (1, 7), (1000, 1000), (300, 1000), (1000, 10 ** 6)])
def test_a_log_gets_at_most_ten_lines_and_the_last_one_says_all(capsys, size, total):
    shards = [report(start, min(size, total - start)) for start in range(0, total, size)]
    assert list(progress.watch(iter(shards), total)) == shards
    lines = capsys.readouterr().err.splitlines()
    assert 1 <= len(lines) <= 10 and lines[-1].startswith(f'{total}/{total} pictures')


def test_rate_time_left_and_skipped_files_are_told():
    now = iter([0., 10., 400.])
    watched = progress.Progress(5000, clock=lambda: next(now))
    watched.add(report(0, 500, **{'a.jpg': 'broken', 'b.jpg': 'broken'}))
    assert watched.line() == '500/5000 pictures, 50/s, 90 s left, files skipped: 2'
    watched.add(report(500, 500, **{'a.jpg': 'broken'}))
    assert watched.line() == '1000/5000 pictures, 2/s, 26:40 min left, files skipped: 2'


def test_hours_are_told_as_hours():
    now = iter([0., 1000.])
    watched = progress.Progress(10 ** 6, clock=lambda: next(now))
    watched.add(report(0, 10 ** 5))
    assert '2:30 h left' in watched.line()


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_gets_a_bar(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr(sys, 'stderr', screen)
    monkeypatch.setenv('TERM', 'xterm')
    list(progress.watch(iter([report(0, 10), report(10, 10)]), 20))
    assert '20/20 pictures' in screen.getvalue() and '━' in screen.getvalue()
