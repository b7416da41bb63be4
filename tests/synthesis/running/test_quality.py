"""What is measured of a set for its card."""
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from ajahr_mm.synthesis.running.quality import measure

SIDE = 64


def photograph(seed):
    rng = np.random.default_rng(seed)
    return cv2.resize(rng.integers(0, 255, (10, 12, 3)).astype(np.uint8), (240, 200), interpolation=cv2.INTER_CUBIC)


def job_of(table, pictures, poses):
    """A finished set in which row i shows ``pictures[i]``."""
    class Format:
        def table(self, split, out):
            return table

        def read(self, split, rows, out):
            for row in rows:
                yield dict(jpg=cv2.imencode('.png', pictures[row][..., ::-1])[1].tobytes())
    pipeline = SimpleNamespace(splits=dict(train=len(pictures)), poses=poses)
    return SimpleNamespace(pipeline=pipeline, format=Format(), out=None, config={})


@pytest.fixture
def bank():
    poses = np.random.default_rng(0).normal(0, .3, (40, 69)).astype(np.float32)
    return SimpleNamespace(reference=lambda count: poses)


def test_poses_that_are_those_of_the_source_cover_it(bank):
    nowhere = np.array([''] * 40)
    sections = measure(job_of(dict(body_pose=bank.reference(0), source_picture=nowhere), [None] * 40, bank))
    assert set(sections) == {'poses'} and sections['poses']['covered']['5'] == 1.
    far = dict(body_pose=bank.reference(0) + 1., source_picture=nowhere)
    assert measure(job_of(far, [None] * 40, bank))['poses']['covered']['15'] == 0.


def test_pictures_are_compared_with_the_box_of_their_photograph(tmp_path, bank):
    import skimage.metrics
    for name, seed in (('coco/a.png', 1), ('mpii/b.png', 2)):
        (tmp_path / name).parent.mkdir()
        cv2.imwrite(str(tmp_path / name), photograph(seed)[..., ::-1])
    boxes = np.float32([[100, 90, SIDE], [80, 100, SIDE], [0, 0, 0], [50, 60, SIDE]])
    crops = [photograph(seed)[int(y) - 32:int(y) + 32, int(x) - 32:int(x) + 32] for seed, (x, y, _) in zip((1, 2), boxes)]
    changed = crops[1].copy()
    changed[20:40, 20:40] = 0
    names = [str(tmp_path / name) if name else '' for name in ('coco/a.png', 'mpii/b.png', '', 'gone.png')]
    table = dict(body_pose=np.zeros((4, 69), np.float32), source_box=boxes, source_picture=np.array(names))
    found = measure(job_of(table, [crops[0], changed, None, crops[0]], bank))['pictures']
    assert found['pictures'] == 2 and set(found['by_source']) == {'coco', 'mpii'}
    assert found['by_source']['coco']['ssim'] == pytest.approx(1, abs=1e-4)
    expected = skimage.metrics.structural_similarity(crops[1], changed, channel_axis=2, data_range=255)
    assert found['by_source']['mpii']['ssim'] == pytest.approx(expected, abs=1e-3)
    assert found['lpips'] is None and 'AlexNet' in found['unmeasured']['lpips']
