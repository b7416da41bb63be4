"""The road of the paper's Fig. A from end to end: fits of photographs, people taken out, amputees put in their place."""
import json

import cv2
import numpy as np
import pytest

from ajahr_mm.geometry.boxes import crop_affine
from ajahr_mm.registry import DATASETS, register_all
from ajahr_mm.synthesis.removal.folder import clean_folder
from ajahr_mm.synthesis.running.generator import generate

pytestmark = pytest.mark.slow
SIDE, COUNT = 64, 16


@pytest.fixture
def made(tmp_path, people, write_fits):
    """Root folder, fits and card of a set of 14 pictures."""
    register_all()
    fits = people(COUNT)
    dataset = write_fits(tmp_path / 'photographs', fits, camera=None)
    for i, name in enumerate(fits.image):       # a photograph is told by its colour; the person is white
        picture = np.full((120, 160, 3), (40, 200 - 10 * i, 40 + 10 * i), np.uint8)
        cv2.circle(picture, tuple(int(v) for v in fits.center[i]), 20, (255, 255, 255), -1)
        cv2.imwrite(str(tmp_path / 'photographs' / str(name)), picture)
    cleaner = dict(type='BackgroundCleaner', detector=dict(type='WholeImage'), max_cover=1., checks=[],
                   segmenter=dict(type='PaintOverWhite'), inpainter=dict(type='OpenCVInpainter', texture=False))
    clean_folder(dict(cleaner=cleaner), tmp_path / 'photographs/images', tmp_path / 'clean')
    config = dict(
        name='route', shard_size=7, pose_sets=dict(train=10, test=10), format=dict(type='OfficialFormat', layout='coco'),
        pipeline=dict(
            type='A3DPipeline', splits=dict(train=7, test=7), image_size=SIDE, chunk=7, companions=0.,
            poses=dict(type='DatasetFits', dataset=dataset, test_share=.4),
            subjects=dict(type='SubjectQuota', intact=0., two_limbs=0.),
            appearance=dict(type='ProceduralAppearance', size=128),
            backgrounds=dict(type='CleanedPhotographs', folder=str(tmp_path / 'clean'), test_share=.4),
            light=dict(type='RandomLight'), view=dict(type='FitView', other=dict(type='RandomView')),
            shading=dict(type='SunAndSky'), occluders=dict(type='RandomOccluders', share=0.),
            finish=dict(type='CameraFinish', match=0., blur=0., glow=0., vignette=0., motion=0., grain=0.)))
    return tmp_path, fits, json.loads(generate(config, tmp_path / 'set').card.read_text())


def test_amputees_stand_where_the_people_of_the_photographs_stood(made):
    root, fits, card = made
    assert not any(card['shared_between_splits'].values())
    dataset = DATASETS.build(dict(type='OfficialA3D', data_root=str(root / 'set'), parts='COCO_train', pipeline=[]))
    assert len(dataset) == 7
    with np.load(root / 'set/table_train.npz', allow_pickle=False) as table:
        pictures, boxes, transl = table['source_picture'], table['source_box'], table['transl']
        orients, extents = table['global_orient'], table['limb_extent']
    for row, (picture, box) in enumerate(zip(pictures, boxes)):
        fit = [str(name) in picture for name in fits.image].index(True)
        np.testing.assert_allclose(box, [*fits.center[fit], fits.size[fit]], rtol=1e-4)
        np.testing.assert_allclose(orients[row], fits.global_orient[fit], atol=1e-4)
        info = dataset.get_data_info(row)
        np.testing.assert_allclose(info['limb_extent'], np.floor(extents[row]))
        made_picture = cv2.imread(info['img_path'])
        affine = crop_affine(fits.center[fit], fits.size[fit], SIDE)
        original = cv2.warpAffine(cv2.imread(picture), affine, (SIDE, SIDE), borderMode=cv2.BORDER_REFLECT_101)
        clear = np.ptp(original.astype(int), axis=-1) > 60      # of the photograph's colour, in both pictures
        same = np.abs(made_picture.astype(int) - original).max(-1) < 30
        assert (same & clear).sum() > .2 * SIDE ** 2 and (~same).sum() > .02 * SIDE ** 2
        assert (made_picture.min(-1) > 235).mean() < .02        # whoever was there is gone
    assert np.ptp(transl[:, 2]) > 0


def test_the_card_tells_how_close_pictures_are_to_their_photographs(made):
    found = made[2]['quality']['pictures']
    assert found['pictures'] == 7 and .2 < found['ssim'] < 1 and found['lpips'] is None and found['unmeasured']
