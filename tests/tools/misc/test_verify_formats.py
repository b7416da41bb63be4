"""Sets in every format of the generator: good ones pass, and what is wrong with masks or checksums is named."""
import json

import cv2
import numpy as np
import pytest

from ajahr_mm.synthesis import annotation
from ajahr_mm.synthesis.output import checksums
from ajahr_mm.synthesis.output.folder_format import FolderFormat
from ajahr_mm.synthesis.output.official_format import OfficialFormat
from ajahr_mm.synthesis.output.shards import Shard
from ajahr_mm.synthesis.output.tar_format import TarFormat
from ajahr_mm.synthesis.records import Sample

from .test_verify_dataset import SIDE, good, tool, verify, write_split  # noqa: F401  (fixtures)

FORMATS = dict(folder=FolderFormat(), tar=TarFormat(), coco=OfficialFormat('coco'), h36m=OfficialFormat('h36m'))


def mask(values=(0, 1, 24, 255), side=SIDE):
    return cv2.imencode('.png', np.resize(np.uint8(values), (side, side)))[1].tobytes()


@pytest.fixture(scope='module')
def made(tmp_path_factory):
    """Split -> samples with bodies that fit their keypoints."""
    found, folder = {}, tmp_path_factory.mktemp('source')
    for split, (count, seed) in dict(train=(16, 0), test=(4, 1)).items():
        columns = write_split(folder / split, count, seed)
        found[split] = []
        for i in range(count):
            row = {name: np.zeros(shape) if kind != 'U' else 'x' for name, (shape, kind) in annotation.COLUMNS.items()}
            row.update({name: value[i] for name, value in columns.items()}, index=i, pose_source=f'{split} {i}', focal=5000.,
                       **annotation.limb_columns(columns['limb_extent'][i]))
            jpeg = (folder / split / row['image']).read_bytes()
            found[split].append(Sample(jpeg, {**row, 'image': str(row['image'])}, {'mask.png': mask()}))
    return found


@pytest.fixture
def fill(made, tmp_path):
    def write(format, change=lambda samples: samples):
        for split, samples in made.items():
            shard = Shard(split, 0, len(samples))
            format.write(shard, change(samples), tmp_path)
            format.finish(split, [shard], tmp_path)
        checksums.write(checksums.digests(format.files(list(made), tmp_path), tmp_path), tmp_path)
        return tmp_path
    return write


@pytest.mark.parametrize('format', FORMATS)
def test_a_good_set_passes(fill, verify, format):  # noqa: F811
    folder = fill(FORMATS[format])
    code, text = verify(folder)
    assert code == 0, text
    assert 'train: 16 people' in text and 'test: 4 people' in text and '16 part masks read' in text
    assert 'right hand 2' in text and 'checksums of checksums.txt looked at' in text
    assert ('reprojection of 16 bodies: 0.00%' in text) == (format in ('folder', 'tar'))


@pytest.mark.parametrize('format', FORMATS)
def test_what_is_wrong_with_masks_is_named(fill, verify, format):  # noqa: F811
    corner = np.zeros((SIDE, SIDE), np.uint8)
    corner[:9, :9] = 5
    elsewhere = cv2.imencode('.png', corner)[1].tobytes()
    wrong = {0: {'mask.png': elsewhere}, 1: {'mask.png': mask((0, 77))}, 2: {'mask.png': mask(side=SIDE // 2)},
             3: {'mask.png': b'no picture'}}
    folder = fill(FORMATS[format], lambda samples: [
        sample._replace(extras=wrong.get(i, sample.extras)) for i, sample in enumerate(samples)])
    code, text = verify(folder)
    defects = [line for line in text.splitlines() if line.startswith('DEFECT ')]
    assert code == 1 and len(defects) == 6      # of both splits
    assert all(sum(words in line for line in defects) == 2 for words in (
        'keypoints lie beside the person of the mask in row', 'has values beside 0 to 24 and 255 in row', 'not a grey PNG'))


@pytest.mark.parametrize('format', FORMATS)
def test_masks_are_there_for_all_or_for_nobody(fill, verify, format):  # noqa: F811
    folder = fill(FORMATS[format], lambda samples: [
        sample._replace(extras={} if i == 2 else sample.extras) for i, sample in enumerate(samples)])
    code, text = verify(folder)
    assert code == 1 and text.count('the mask is missing, which others have in row') == text.count('DEFECT') == 2


def test_files_that_are_not_those_that_were_made(fill, verify):  # noqa: F811
    folder = fill(FORMATS['folder'])
    picture = folder / 'train/images/003.jpg'
    picture.write_bytes(picture.read_bytes() + b'\0')
    (folder / 'train/masks/005.png').unlink()
    (folder / 'more.txt').touch()
    (folder / 'dataset_card.md').touch()
    with (folder / checksums.NAME).open('a') as file:
        file.write(f'{"0" * 64}  ../secret\nnonsense\n')
    card = dict(sha256={'/etc/passwd': '0' * 64, 'train/annotations.npz': '1'})
    (folder / 'dataset_card.json').write_text(json.dumps(card))
    code, text = verify(folder)
    assert code == 1 and 'train/images/003.jpg is not the file that was made' in text
    assert 'train/masks/005.png is missing' in text
    assert "2 lines are no checksums of files here" in text and 'passwd' not in text
    assert 'train/annotations.npz is not the file that was made' in text
    assert '2 files are not in checksums.txt: dataset_card.json, more.txt' in text


def test_what_the_card_admits(fill, verify):  # noqa: F811
    folder = fill(FORMATS['coco'])
    splits = dict(train=dict(quotas=dict(largest_difference=.5), left_out=3), test=dict(quotas=None))
    card = dict(shared_between_splits=dict(backgrounds=['photograph/a.png'], pose_sources=[]), splits=splits)
    (folder / 'dataset_card.json').write_text(json.dumps(card))
    code, text = verify(folder)
    assert code == 1 and text.count('DEFECT') == 1
    assert 'dataset_card.json: splits share backgrounds: photograph/a.png' in text
    assert 'train: quotas met to within 0.5 pictures' in text and 'train: 3 people left out' in text
    (folder / 'dataset_card.json').write_text(json.dumps(['nonsense']))
    assert verify(folder)[0] == 0


def test_what_the_making_cost_does_not_count_in_a_comparison(fill, tmp_path, verify):  # noqa: F811
    import shutil
    folder = fill(FORMATS['tar'])
    shutil.copytree(folder, tmp_path / 'copies/b')
    for name, cost in (('cost.json', '{"seconds": 1}'), ('dataset_card.md', 'fast')):
        (tmp_path / 'copies/b' / name).write_text(cost)
    shutil.copytree(tmp_path / 'copies/b', tmp_path / 'copies/a')
    (tmp_path / 'copies/a/cost.json').write_text('{"seconds": 2}')
    (tmp_path / 'copies/a/dataset_card.md').unlink()
    code, text = verify(tmp_path / 'copies/a', tmp_path / 'copies/b')
    assert code == 0 and 'of them identical byte for byte' in text
    tar = tmp_path / 'copies/a/train/a3d-train-000000.tar'
    tar.write_bytes(tar.read_bytes()[:-1])
    code, text = verify(tmp_path / 'copies/a', tmp_path / 'copies/b')
    assert code == 1 and '1 files differ: train/a3d-train-000000.tar' in text
