import json

import cv2
import numpy as np
import pytest

from ajahr_mm.geometry.boxes import crop_affine
from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.backgrounds.cleaned import CleanedPhotographs
from ajahr_mm.synthesis.backgrounds.picture_files import in_split
from ajahr_mm.synthesis.records import Place


def scene(height=300, width=400):
    y, x = np.mgrid[:height, :width]
    return np.stack([255 * x / width, 255 * y / height, 128 + 60 * np.sin(x / 9) * np.sin(y / 9)], -1).astype(np.uint8)


def place(picture, center=(180, 140), size=120.):
    return Place(picture, np.array(center, float), size, np.zeros(3), np.zeros(3), np.zeros(10))


@pytest.fixture
def folder(tmp_path):
    """Sixteen cleaned pictures, each with a colour of its own, a dropped one, one out of the folder, one half as large."""
    pictures = {}
    for i in range(16):
        path = tmp_path / 'pictures' / f'day/{i}.jpg.png'
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), (scene() // 2 + i)[..., ::-1])
        pictures[f'day/{i}.jpg'] = dict(cleaned=f'pictures/day/{i}.jpg.png', dropped=None, ssim=.9, people=1, lpips=None)
    pictures['day/bad.jpg'] = dict(cleaned=None, dropped='SSIM 0.41 is below 0.5', ssim=.41, people=1, lpips=None)
    pictures['day/out.jpg'] = dict(cleaned='../secret.png', dropped=None, ssim=.9, people=1, lpips=None)
    small = cv2.resize(scene(), (200, 150), interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(tmp_path / 'pictures/small.png'), small[..., ::-1])
    pictures['small.jpg'] = dict(cleaned='pictures/small.png', dropped=None, scale=.5)
    report = dict(source='/data/coco', pictures=pictures, summary=dict(share_dropped=.06, ssim=.9))
    (tmp_path / 'report.json').write_text(json.dumps(report))
    return tmp_path


def test_the_box_of_a_fit_is_cut_by_the_map_of_the_training_crops(folder):
    part, size = CleanedPhotographs(str(folder), test_share=0), 96
    found = part.sample(np.random.default_rng(0), 'train', size, place('/data/coco/day/7.jpg'))
    assert found.name == 'cleaned/day/7.jpg'
    expected = cv2.warpAffine(scene() // 2 + 7, crop_affine((180, 140), 120., size), (size, size))
    np.testing.assert_array_equal(found.image, expected)
    other = part.sample(np.random.default_rng(1), 'train', size, place('/data/coco/day/7.jpg'))
    np.testing.assert_array_equal(other.image, expected)


@pytest.mark.parametrize('size', [24, 60])
def test_reduced_and_smaller_copies_keep_the_box_in_place(folder, size):
    part = CleanedPhotographs(str(folder), test_share=0)
    box = place('/data/coco/small.jpg', (200, 150), 200.)
    found = part.sample(np.random.default_rng(0), 'train', size, box).image.astype(float)
    expected = cv2.warpAffine(scene(), crop_affine((200, 150), 200., size), (size, size)).astype(float)
    np.testing.assert_allclose(found[2:-2, 2:-2, :2], expected[2:-2, 2:-2, :2], atol=3)


def test_a_box_beyond_the_picture_is_filled_with_its_reflection(folder):
    part = CleanedPhotographs(str(folder), test_share=0)
    image = part.sample(np.random.default_rng(0), 'train', 64, place('day/3.jpg', (10, 10), 100.)).image
    assert image.min(-1).min() >= 0 and (image[:30].max(-1) > 0).all()


@pytest.mark.parametrize('picture', ['/data/coco/day/5.jpg', 'day/5.jpg', '/elsewhere/mirror/day/5.jpg'])
def test_the_picture_is_found_by_its_path_on_this_or_another_machine(folder, picture):
    assert CleanedPhotographs(str(folder), test_share=0).name_of(place(picture), 'train') == 'day/5.jpg'


def test_dropped_unknown_and_other_splits_pictures_give_a_random_piece_of_the_split(folder):
    part = CleanedPhotographs(str(folder), test_share=.4)
    train, test = set(part.names('train')), set(part.names('test'))
    assert not train & test and all(in_split(name, 'test', .4) for name in test)
    stranger = sorted(test)[0]
    for picture in ('/data/coco/day/bad.jpg', '/data/coco/who.jpg', f'/data/coco/{stranger}'):
        assert not part.holds(place(picture), 'train')
        drawn = {part.sample(np.random.default_rng(seed), 'train', 32, place(picture)).name for seed in range(20)}
        assert len(drawn) > 3 and drawn <= {f'cleaned/{name}' for name in train}
    assert part.holds(place(f'/data/coco/{stranger}'), 'test')


def test_files_outside_the_folder_are_skipped_by_name(folder):
    part = CleanedPhotographs(str(folder), test_share=0)
    assert 'day/out.jpg' not in part.names('train') and 'outside its folder' in part.skipped['day/out.jpg']


def test_a_damaged_cleaned_picture_is_skipped_or_refused(folder):
    (folder / 'pictures/day/7.jpg.png').write_bytes(b'gone')
    part = CleanedPhotographs(str(folder), test_share=0)
    assert part.sample(np.random.default_rng(0), 'train', 32, place('day/7.jpg')).name != 'cleaned/day/7.jpg'
    assert 'day/7.jpg' in part.skipped
    with pytest.raises(UserError, match='7.jpg.png'):
        CleanedPhotographs(str(folder), test_share=0, strict=True).sample(
            np.random.default_rng(0), 'train', 32, place('day/7.jpg'))


def test_a_report_that_is_none_is_refused(folder):
    for text in ('{', '[]', '{"pictures": 3}', '{"pictures": {"a.jpg": 3}}', '{"pictures": {"a.jpg": {"cleaned": 3}}}'):
        (folder / 'report.json').write_text(text)
        with pytest.raises(UserError, match='is not a report'):
            CleanedPhotographs(str(folder)).names('train')
    (folder / 'report.json').unlink()
    with pytest.raises(UserError, match='cannot be read'):
        CleanedPhotographs(str(folder)).names('train')


def test_the_card_tells_what_the_removal_dropped(folder):
    part = CleanedPhotographs(str(folder), licence='CC BY 4.0')
    part.names('train')
    assert part.facts()['removal'] == dict(share_dropped=.06, ssim=.9) and part.facts()['licence'] == 'CC BY 4.0'
