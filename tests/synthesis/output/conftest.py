"""Samples without a pipeline: formats care for rows and bytes, not for what the pictures show."""
import cv2
import numpy as np
import pytest

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.keypoints import missing_keypoints
from ajahr_mm.synthesis import annotation
from ajahr_mm.synthesis.output.shards import Shard
from ajahr_mm.synthesis.records import Sample

SIDE = 64


def extent_of(index: int) -> np.ndarray:
    """The 12 labels and the intact in turn; every 15th person lacks two limbs or has a residual one."""
    if index % 15 == 13:
        return np.array([0., 3, 2, 3])
    if index % 15 == 14:
        return np.array([3., 1.4, 3, 3])
    return limbs.classes_to_extent(limbs.label_to_classes(index % 15)).astype(float)


def make_sample(index: int, split: str = 'train') -> Sample:
    rng = np.random.default_rng([index, len(split)])
    extent = extent_of(index)
    points = rng.normal(size=(44, 3)) + [0, 0, 40]
    hidden = annotation.Hidden(rng.random(44) < .1, rng.random(44) < .1, missing_keypoints(extent))
    row = dict(
        image=f'images/{index:06d}.jpg', index=index, seed=5, center=np.full(2, SIDE / 2), size=SIDE,
        camera=np.array([.8, 0, 0]), focal=5000., global_orient=rng.normal(size=3), body_pose=rng.normal(0, .3, 69),
        betas=rng.normal(size=10), transl=np.array([0, 0, 40.]), root_offset=np.zeros(3), up=np.array([0, -1., 0]),
        light=np.array([.6, -.8, 0]),
        group=('african', 'white')[index % 2], gender=('female', 'male')[index % 3 % 2], age=20. + index % 50,
        build=('slim', 'average', 'heavy')[index % 3], background=f'photograph/{split}{index % 4}.png',
        pose_source=f'{split}{index % 5}', source_picture='', source_box=np.zeros(3),
        **annotation.limb_columns(extent),
        **annotation.keypoint_columns(rng.uniform(1, SIDE, (44, 2)), points, hidden))
    picture = cv2.resize(rng.integers(0, 256, (5, 5, 3), np.uint8), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    part = np.full((SIDE, SIDE), -1)
    part[10:50, 20:40] = index % 24
    mask = annotation.encode_mask(part, np.zeros((SIDE, SIDE), bool))
    return Sample(cv2.imencode('.jpg', picture)[1].tobytes(), row, {'mask.png': mask})


@pytest.fixture(scope='session')
def made():
    """45 pictures of the training split: every label, every kind of person."""
    return [make_sample(index) for index in range(45)]


@pytest.fixture
def fill(made):
    """Function: format, folder -> the shards of a whole set with 45 training and 8 test pictures, written and finished."""
    def write(format, out):
        shards = [Shard('train', 0, 20), Shard('train', 20, 40), Shard('train', 40, 45), Shard('test', 0, 8)]
        for shard in shards:
            samples = made if shard.split == 'train' else [make_sample(index, 'test') for index in range(8)]
            format.write(shard, samples[shard.start:shard.stop], out)
        for split in ('train', 'test'):
            format.finish(split, shards, out)
        return shards
    return write
