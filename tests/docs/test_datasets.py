"""docs/datasets.md names every corpus that is registered, with its folder and splits, and nothing that is not."""
import re
from pathlib import Path

import pytest

from ajahr_mm.datasets.corpora.corpus import Corpus
from ajahr_mm.datasets.pose_corpora import PoseCorpus
from ajahr_mm.registry import DATASETS

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / 'docs/datasets.md').read_text(encoding='utf-8')
ROWS = {row.split('`')[1]: row for row in TEXT.splitlines() if row.startswith('| `') and '`data/' in row}
DATASETS.import_from_location()
CORPORA = {name: kind for name, kind in DATASETS.module_dict.items() if issubclass(kind, (Corpus, PoseCorpus))}


def splits_of(kind):
    return set(kind.SPLITS) if issubclass(kind, PoseCorpus) else {split for form in kind.FORMS.values() for split in form.files}


@pytest.mark.parametrize('name', sorted(CORPORA))
def test_every_corpus_has_its_row(name):
    kind, cells = CORPORA[name], [cell.strip() for cell in ROWS[name].split('|')]
    assert cells[2] == f'`{kind.DATA_ROOT}`' and set(cells[3].split(', ')) == splits_of(kind)
    if issubclass(kind, Corpus):
        for folder in {pattern.split('/')[0] for form in kind.FORMS.values() if form.decode for patterns in form.files.values()
                       for pattern in patterns[:1]}:
            assert folder in cells[4]


def test_no_row_is_made_up():
    assert set(ROWS) == {*CORPORA, 'A3DDataset'}


def test_tools_config_parts_and_links_exist():
    for tool in re.findall(r'^\| `(\w+\.py)`', TEXT, re.M):
        assert (ROOT / 'tools/dataset_converters' / tool).is_file()
    for link in re.findall(r'\]\((?!http)([^)]+)\)', TEXT):
        assert (ROOT / 'docs' / link).exists()
    for part in re.findall(r'`([\w-]+\.py)` joins', TEXT):
        assert (ROOT / 'configs/_base_/datasets' / part).is_file()
