"""The whole stage on one picture, with the engines that need no download."""
import numpy as np
import pytest
from skimage.metrics import structural_similarity

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.removal.segmenter import BoxSegmenter

SUIT = dict(type='OrangeSuit')


def cleaner(**changes):
    return SYNTHESIS.build(dict(dict(
        type='BackgroundCleaner', detector=SUIT, segmenter=dict(type='GrabCutSegmenter'),
        inpainter=dict(type='OpenCVInpainter'),
        checks=[dict(type='SSIMCheck'), dict(type='NoPersonCheck', detector=SUIT)]), **changes))


@pytest.fixture(scope='module')
def boxes(astronaut_box):
    return dict(type='GivenBoxes', boxes=astronaut_box.tolist())


@pytest.fixture(scope='module')
def found(astronaut, boxes):
    return cleaner(detector=boxes)(astronaut)


def test_a_person_is_removed(astronaut, astronaut_box, found):
    assert found.dropped is None and found.people == 1 and found.lpips is None
    changed = (found.image != astronaut).any(axis=-1)
    mask = cleaner().segmenter(astronaut, astronaut_box)
    assert not changed[~mask].any() and changed[mask].mean() > .9
    assert found.cover == mask.mean() and .3 < found.cover < .7
    x, y = 85, 42  # her face
    assert np.abs(found.image[y, x].astype(int) - astronaut[y, x]).sum() > 60
    orange = (found.image[..., 0] > 180) & (found.image[..., 1] < 110) & (found.image[..., 2] < 80)
    assert orange.mean() < .01 < ((astronaut[..., 0] > 180) & (astronaut[..., 1] < 110)).mean()


def test_its_similarity_is_that_of_scikit_image(astronaut, found):
    expected = structural_similarity(astronaut, found.image, channel_axis=2)
    assert found.ssim == pytest.approx(expected) and expected > .5


def test_a_person_who_remains_drops_the_picture(astronaut, boxes):
    stays = cleaner(detector=boxes, inpainter=dict(type='NoInpainter'))(astronaut)
    assert stays.image is None and stays.dropped == 'NoPersonCheck: OrangeSuit still finds 1 person' and stays.ssim == 1


def test_half_a_person_who_remains_does_so_too(astronaut, astronaut_box):
    half = astronaut_box - [0, 0, 0, 90]
    dropped = cleaner(detector=dict(type='GivenBoxes', boxes=half.tolist()))(astronaut).dropped
    assert 'still finds 1 person' in dropped


def test_the_first_check_that_objects_decides(astronaut, boxes):
    strict = cleaner(detector=boxes, inpainter=dict(type='NoInpainter'),
                     checks=[dict(type='SSIMCheck', minimum=1.1), dict(type='NoPersonCheck', detector=SUIT)])(astronaut)
    assert strict.dropped == 'SSIMCheck: SSIM 1.000 is below 1.1'


def test_nobody_leaves_the_picture_as_it_is_but_the_checks_look_all_the_same(astronaut):
    nobody = dict(type='GivenBoxes', boxes=[])
    empty = cleaner(detector=nobody)(np.ascontiguousarray(astronaut[:100, 180:]))
    np.testing.assert_array_equal(empty.image, astronaut[:100, 180:])
    assert (empty.people, empty.cover, empty.ssim) == (0, 0, 1)
    assert 'still finds' in cleaner(detector=nobody)(astronaut).dropped


def test_where_the_detector_misses_many_an_empty_picture_may_be_dropped(astronaut):
    empty = cleaner(detector=dict(type='GivenBoxes', boxes=[]), checks=[], keep_empty=False)(astronaut)
    assert empty.image is None and empty.dropped.startswith('keep_empty: nobody was found') and empty.people == 0


def test_a_picture_full_of_people_is_dropped_before_it_is_cleaned(astronaut):
    everywhere = dict(type='GivenBoxes', boxes=[[0, 0, 256, 256]])
    full = cleaner(detector=everywhere, segmenter=dict(type='BoxSegmenter'))(astronaut)
    assert full.dropped == 'max_cover: people cover 100% of the picture' and full.ssim is None


def test_lpips_of_pictures_that_stay(astronaut, boxes, alexnet_file):
    pytest.importorskip('lpips')
    quality = dict(type='PictureQuality', alexnet=str(alexnet_file))
    assert cleaner(detector=boxes, quality=quality)(astronaut).lpips > 0
    assert cleaner(detector=boxes, quality=quality, inpainter=dict(type='NoInpainter'))(astronaut).lpips is None


def test_the_paper_grade_engines_run_one_after_another(astronaut, boxes, sam_folder, lama_file):
    found = cleaner(detector=boxes, segmenter=dict(type='SAMSegmenter', folder=str(sam_folder)), max_cover=1.,
                    inpainter=dict(type='LaMaInpainter', weights=str(lama_file)), checks=[])(astronaut)
    assert found.dropped is None and (found.image != astronaut).any()


def test_engines_are_named_for_the_report(boxes):
    built = cleaner(detector=boxes, segmenter=BoxSegmenter())
    assert built.engines['detector'] == boxes and built.engines['segmenter'] == dict(type='BoxSegmenter')
    assert built.engines['checks'][0] == dict(type='SSIMCheck') and built.facts()['engines'] == built.engines
    assert 'lpips' in built.skipped


def test_thumbnails_are_refused():
    with pytest.raises(UserError, match='60 x 80 px is too small'):
        cleaner()(np.zeros((80, 60, 3), np.uint8))
