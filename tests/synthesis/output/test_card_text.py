import re

import numpy as np
import pytest

from ajahr_mm.synthesis.output import card, card_text
from ajahr_mm.synthesis.output.folder_format import FolderFormat

from .stand_ins import CONFIG, pipeline


@pytest.fixture
def content(fill, tmp_path):
    fill(FolderFormat(), tmp_path)
    return card.content_of(CONFIG, pipeline(), FolderFormat(), tmp_path, dict(
        skipped={'a|b.jpg': 'is\ntorn'}, quality=dict(inpainting=dict(SSIM=.9), coverage='not measured')))


def test_tables_have_as_many_cells_in_every_line(content):
    text = card_text.text(content, dict(seconds=100., pictures=5000, workers=2, launcher='ray', machine='2 cores'))
    lines = text.splitlines()
    for above, line in zip(lines, lines[1:]):
        if above.startswith('|') and line.startswith('|'):
            assert len(re.findall(r'(?<!\\)\|', above)) == len(re.findall(r'(?<!\\)\|', line)), (above, line)
    assert '| a\\|b.jpg | is torn |' in text
    assert '| inpainting: SSIM | 0.9 |' in text and '| coverage | not measured |' in text


def test_cost_of_a_million(content):
    text = card_text.text(content, dict(seconds=100., pictures=5000, workers=2, launcher='ray', machine='2 cores'))
    assert '50.0 pictures/s a process (2 workers, launcher ray)' in text
    assert '5.6 hours of one process, 2.8 hours of these' in text and '| machine | 2 cores |' in text
    for cost in (None, {}, dict(seconds=0, pictures=0)):
        assert '## Cost' not in card_text.text(content, cost)


def test_quotas_stand_beside_counts(content):
    text = card_text.text(content, None)
    assert '* train: quotas asked and quotas met differ by at most 3.00 pictures (label right elbow).' in text
    assert '| Amputation label | train: asked | train | test: asked | test |' in text
    assert '| right elbow | 3.00 | 6 | 0.53 | 1 |' in text
    content['splits']['train']['quotas'] = None
    assert '* train: the part that draws people has no quotas.' in card_text.text(content, None)


def test_parts_tell_about_themselves(content):
    poses = dict(type='Bank', limits='none', sources=dict(train=dict(pairs=3)), kinds=['a', dict(b=1)])
    content['parts'] = dict(poses=poses, finish=dict(type='Camera'))
    text = card_text.text(content, None)
    assert '**poses**: `Bank`\n\n* sources: train (pairs 3)\n* kinds: a; b 1\n\n**finish**: `Camera`\n\n' in text


def test_what_is_shared_is_named(content):
    assert 'Nothing: no background' in card_text.text(content, None)
    content['shared_between_splits']['backgrounds'] = ['photograph/a.png']
    assert '* backgrounds: photograph/a.png' in card_text.text(content, None)


def test_the_sheets_are_shown_and_numbers_stand_on_the_right(content):
    text = card_text.text(content, None)
    assert '](contact_sheet.jpg)' in text and '](contact_sheet_annotated.jpg)' in text
    assert card_text.table(['a', 'b'], [['x', 1234], ['y', np.float64(.5).item()]]) == (
        '| a | b |\n| --- | --: |\n| x | 1,234 |\n| y | 0.50 |')
