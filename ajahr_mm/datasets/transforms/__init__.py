"""Transforms of one sample, each in its own file. Image, keypoints, body and limbs always move together.

Random transforms draw from numpy's global generator, which MMEngine seeds in every loader worker (``worker_init_fn``:
num_workers * rank + worker_id + seed). Use ``persistent_workers=True``: otherwise workers start anew, with the same
seed and so the same augmentations, each epoch.
"""
from ajahr_mm.datasets.transforms.blur import RandomBlur
from ajahr_mm.datasets.transforms.color import RandomColor
from ajahr_mm.datasets.transforms.compression import RandomJPEG
from ajahr_mm.datasets.transforms.crop import CropBody
from ajahr_mm.datasets.transforms.detector_keypoints import DetectorKeypoints
from ajahr_mm.datasets.transforms.extreme_crop import RandomExtremeCrop
from ajahr_mm.datasets.transforms.flip import RandomFlipBody
from ajahr_mm.datasets.transforms.loading import LoadImage
from ajahr_mm.datasets.transforms.occlusion import RandomOcclusion
from ajahr_mm.datasets.transforms.pack import PackBodyInputs
from ajahr_mm.datasets.transforms.scale_rotate import RandomScaleRotate

__all__ = ['CropBody', 'DetectorKeypoints', 'LoadImage', 'PackBodyInputs', 'RandomBlur', 'RandomColor',
           'RandomExtremeCrop', 'RandomFlipBody', 'RandomJPEG', 'RandomOcclusion', 'RandomScaleRotate']
