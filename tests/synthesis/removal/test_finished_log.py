"""The list of finished pictures survives being killed."""
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.removal.finished_log import NAME, FinishedLog

SETTINGS = dict(cleaner=dict(type='X'), source='/pictures')


def test_what_was_added_is_there_again(tmp_path):
    log = FinishedLog(tmp_path / 'out', SETTINGS)
    log.add('a/ü.jpg', dict(ssim=.123456789012345, dropped=None))
    log.add('b.jpg', dict(ssim=None, dropped='why'))
    log.add('b.jpg', dict(ssim=.5, dropped=None))  # looked at again: the last word counts
    again = FinishedLog(tmp_path / 'out', SETTINGS)
    assert again.records == {'a/ü.jpg': dict(ssim=.123456789012345, dropped=None), 'b.jpg': dict(ssim=.5, dropped=None)}


@pytest.mark.parametrize('cut', [1, 5, 20])
def test_a_torn_line_is_forgotten_and_the_next_one_is_whole(tmp_path, cut):
    log = FinishedLog(tmp_path, SETTINGS)
    log.add('a.jpg', dict(ssim=.5))
    log.add('b.jpg', dict(ssim=.6))
    path = tmp_path / NAME
    path.write_bytes(path.read_bytes()[:-cut])
    second = FinishedLog(tmp_path, SETTINGS)
    assert list(second.records) == ['a.jpg']
    second.add('c.jpg', dict(ssim=.7))
    assert FinishedLog(tmp_path, SETTINGS).records == {'a.jpg': dict(ssim=.5), 'c.jpg': dict(ssim=.7)}


def test_folders_of_others_are_refused(tmp_path):
    FinishedLog(tmp_path / 'mine', SETTINGS)
    with pytest.raises(UserError, match='cleaned with other settings'):
        FinishedLog(tmp_path / 'mine', dict(SETTINGS, source='/elsewhere'))
    (tmp_path / 'theirs').mkdir()
    (tmp_path / 'theirs' / 'thesis.tex').touch()
    with pytest.raises(UserError, match='theirs exists and holds other files'):
        FinishedLog(tmp_path / 'theirs', SETTINGS)
    with pytest.raises(UserError, match='exists and holds other files'):
        FinishedLog(tmp_path / 'theirs' / 'thesis.tex', SETTINGS)


def test_damage_in_the_middle_is_told(tmp_path):
    log = FinishedLog(tmp_path, SETTINGS)
    log.add('a.jpg', dict(ssim=.5))
    path = tmp_path / NAME
    path.write_bytes(path.read_bytes().replace(b'"ssim"', b'\xff\xff'))
    with pytest.raises(UserError, match='finished.jsonl is damaged'):
        FinishedLog(tmp_path, SETTINGS)
