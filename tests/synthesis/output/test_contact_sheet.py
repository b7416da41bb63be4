import cv2
import numpy as np
import pytest

from ajahr_mm.synthesis.output import contact_sheet
from ajahr_mm.synthesis.output.folder_format import FolderFormat
from ajahr_mm.synthesis.output.tar_format import TarFormat


def test_every_label_is_shown_before_one_is_shown_again():
    labels = np.array([12, 12, 12, 12, 3, 12, 3, -1, 0, 12])
    assert sorted(labels[contact_sheet.choose(labels, 4)]) == [-1, 0, 3, 12]
    chosen = contact_sheet.choose(labels, 6)
    assert labels[chosen].tolist() == [0, 3, 3, -1, 12, 12] and chosen.tolist() == [8, 4, 6, 7, 0, 1]
    assert len(contact_sheet.choose(labels, 99)) == 10


@pytest.mark.parametrize('extent, words', [
    ([3, 3, 3, 3], 'intact'), ([3, 1, 3, 3], 'right elbow'), ([3, 3, 1.4, 3], 'left transtibial, 40%'),
    ([0, 3, 2, 3], '2 limbs')])
def test_captions(extent, words):
    assert contact_sheet.caption(extent) == words


@pytest.mark.parametrize('format', [FolderFormat(), TarFormat()])
def test_two_sheets_that_are_always_the_same(fill, tmp_path, format):
    fill(format, tmp_path)
    paths = contact_sheet.write(format, 'train', tmp_path, 'a title', columns=5, rows=2, side=50)
    sheets = [cv2.imread(str(path)) for path in paths]
    assert sheets[0].shape == sheets[1].shape and sheets[0].shape[1] > 5 * 50
    assert np.abs(sheets[0].astype(int) - sheets[1]).mean() > 2
    before = [path.read_bytes() for path in paths]
    contact_sheet.write(format, 'train', tmp_path, 'a title', columns=5, rows=2, side=50)
    assert [path.read_bytes() for path in paths] == before


def test_a_sheet_that_is_not_full(fill, tmp_path):
    fill(FolderFormat(), tmp_path)
    path, _ = contact_sheet.write(FolderFormat(), 'test', tmp_path, 'few', columns=5, rows=9, side=40)
    small, large = cv2.imread(str(path)), contact_sheet.sheet([np.zeros((40, 40, 3), np.uint8)] * 8, ['x'] * 8, 'few', 5)
    assert small.shape[:2] == large.size[::-1]
