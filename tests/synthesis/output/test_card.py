import json
import subprocess

import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.output import card, checksums
from ajahr_mm.synthesis.output.folder_format import FolderFormat
from ajahr_mm.synthesis.output.official_format import OfficialFormat
from ajahr_mm.synthesis.output.tar_format import TarFormat

from .stand_ins import CONFIG, pipeline

FOLDER, TAR, OFFICIAL = FolderFormat(), TarFormat(), OfficialFormat('h36m')
FORMATS = {FOLDER: dict(type='FolderFormat'), TAR: dict(type='TarFormat'),
           OFFICIAL: dict(type='OfficialFormat', layout='h36m')}
REPORT = dict(skipped={'b/torn.jpg': 'breaks off before its end'},
              quality=dict(inpainting=dict(SSIM=.912, LPIPS='no weights')))


def make(fill, out, format, cost=None, **changes):
    fill(format, out)
    np.savez(out / 'poses_train.npz', body_pose=np.zeros((3, 69)))
    if cost:
        (out / card.COST).write_text(json.dumps(cost))
    card.write(dict(CONFIG, format=FORMATS[format]), pipeline(**changes), out, REPORT)
    return json.loads((out / card.NAME).read_text())


@pytest.fixture(params=FORMATS, ids=lambda format: type(format).__name__)
def format(request):
    return request.param


def test_every_file_has_its_checksum_but_what_tells_the_cost(fill, tmp_path, format):
    content = make(fill, tmp_path, format, dict(seconds=10., pictures=53, workers=2, launcher='mp'))
    done = subprocess.run(['sha256sum', '--strict', '-c', checksums.NAME], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    listed = {line.split('  ', 1)[1] for line in (tmp_path / checksums.NAME).read_text().splitlines()}
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob('*') if path.is_file()}
    assert files - listed == {checksums.NAME, card.TEXT, card.COST}
    for name, digest in content['sha256'].items():
        assert checksums.sha256(tmp_path / name) == digest
    assert {'poses_train.npz', 'contact_sheet.jpg'} < set(content['sha256'])
    assert bool(content['sha256_of_pictures']) == (format is not TAR)


def test_the_card_says_the_same_whatever_it_cost(fill, tmp_path):
    costs = [None, dict(seconds=10., pictures=53, workers=2, launcher='mp')]
    cards = []
    for name, cost in zip('ab', costs):
        make(fill, tmp_path / name, FOLDER, cost)
        cards.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir() if path.is_file()})
    assert cards[0][card.TEXT] != cards[1][card.TEXT]
    for name in set(cards[0]) - {card.TEXT}:
        assert cards[0][name] == cards[1][name], name


def test_what_the_card_tells(fill, tmp_path):
    content = make(fill, tmp_path, FOLDER)
    assert content['splits']['train']['pictures'] == 45 and content['splits']['test']['pictures'] == 8
    assert content['splits']['train']['quotas']['label']['right elbow'] == dict(asked=3., met=6)
    assert content['splits']['train']['quotas']['largest_difference'] == 3
    assert content['shared_between_splits'] == dict(backgrounds=[], pose_sources=[], poses=[])
    assert content['sources']['test'] == {'photographs of test': 'CC0'}
    assert content['parts']['subjects'] == dict(type='Subjects', shares=dict(african=.5), limits='only two groups')
    assert content['parts']['backgrounds'] == dict(type='Backgrounds') and 'only two groups' in content['limits']
    assert content['skipped'] == REPORT['skipped'] and content['quality'] == REPORT['quality']
    assert (content['seed'], content['image_size'], content['amputation']) == (5, 64, 'stump')


def test_people_left_out_by_the_format_are_counted(fill, tmp_path):
    content = make(fill, tmp_path, OFFICIAL)
    assert content['splits']['train']['pictures'] == 39 and content['splits']['train']['left_out'] == 6
    assert content['splits']['test']['left_out'] == 0
    assert '| left out by the format | 6 | 0 |' in (tmp_path / card.TEXT).read_text()


def test_a_full_disk(fill, tmp_path, monkeypatch):
    def full_disk(*_):
        raise OSError(28, 'No space left on device')
    fill(FOLDER, tmp_path)
    monkeypatch.setattr(card.checksums, 'write', full_disk)
    with pytest.raises(UserError, match='the disk is full'):
        card.write(dict(CONFIG, pose_sets={}), pipeline(), tmp_path, {})


def test_numpy_and_sets_become_plain():
    value = {1: np.float32(.5), 'a': {np.int64(3), 1}, 'b': (np.arange(2), None, FOLDER.table_path)}
    assert json.loads(json.dumps(card.plain(value)))['a'] == [1, 3]
    assert card.plain(value)['1'] == .5 and card.plain(value)['b'][:2] == [[0, 1], None]
