"""A pipeline that draws noise instead of people: sets are made in no time, in whatever process imports this module."""
import os
import signal
import time

import numpy as np

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.keypoints import missing_keypoints
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis import annotation
from ajahr_mm.synthesis.records import Sample

SIDE = 32


@SYNTHESIS.register_module()
class TinyBackgrounds:
    """Every tenth picture meets a file that cannot be used."""

    def __init__(self, strict: bool = False) -> None:
        self.strict, self.skipped = strict, {}

    def meet(self, split: str, index: int) -> None:
        if index % 10 == 7:
            file = f'{split}/{index}.jpg'
            if self.strict:
                raise UserError(f'{file} breaks off; copy it again')
            self.skipped[file] = 'it breaks off'

    def sources(self, split: str) -> dict:
        return {'noise': 'CC0'}


@SYNTHESIS.register_module()
class TinyPipeline:
    """Pictures of noise.

    Args:
        pause: seconds each picture takes.
        die: (file, times): a worker is killed so many times; the file keeps count.
    """

    def __init__(self, splits, backgrounds, seed=0, chunk=5, pause=0., die=None):
        self.splits, self.seed, self.chunk, self.pause, self.die = dict(splits), seed, chunk, pause, die
        self.size, self.amputation, self.is_open_body = SIDE, 'collapse', True
        self.backgrounds, self.poses = SYNTHESIS.build(backgrounds), object()

    def parts(self) -> dict:
        return dict(subjects=object(), backgrounds=self.backgrounds)

    @property
    def skipped(self) -> dict:
        return self.backgrounds.skipped

    def pose_set(self, count: int, split: str) -> dict:
        rng = np.random.default_rng([self.seed, len(split)])
        return dict(body_pose=rng.normal(size=(count, 69)).astype('f4'), limb_extent=np.full((count, 4), 3, 'f4'))

    def render(self, split: str, start: int, stop: int) -> list:
        if self.die:
            self._die(*self.die)
        return [self._sample(split, index) for index in range(start, stop)]

    def _die(self, file: str, times: int) -> None:
        with open(file, 'a+b') as count:
            if count.tell() < times:
                count.write(b'.')
                count.flush()
                os.kill(os.getpid(), signal.SIGKILL)

    def _sample(self, split: str, index: int) -> Sample:
        import cv2
        time.sleep(self.pause)
        self.backgrounds.meet(split, index)
        rng = np.random.default_rng([self.seed, len(split), index])
        extent = limbs.classes_to_extent(limbs.label_to_classes(index % 13)).astype(float)
        points = rng.normal(size=(44, 3)) + [0, 0, 40]
        hidden = annotation.Hidden(rng.random(44) < .1, rng.random(44) < .1, missing_keypoints(extent))
        row = {name: '' if kind == 'U' else np.zeros(shape) for name, (shape, kind) in annotation.COLUMNS.items()}
        row.update(
            image=f'images/{index:06d}.jpg', index=index, seed=self.seed, center=np.full(2, SIDE / 2), size=SIDE,
            body_pose=rng.normal(0, .3, 69), background='procedural/noise', pose_source=f'{split}/{index}',
            **annotation.limb_columns(extent), **annotation.keypoint_columns(rng.uniform(1, SIDE, (44, 2)), points, hidden))
        picture = rng.integers(0, 256, (SIDE, SIDE, 3), np.uint8)
        return Sample(cv2.imencode('.jpg', picture)[1].tobytes(), row)
