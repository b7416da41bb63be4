"""Datasets, samplers and transforms: from annotation tables to packed samples."""
from ajahr_mm.datasets import corpora, transforms
from ajahr_mm.datasets.a3d import A3DDataset
from ajahr_mm.datasets.body_dataset import BodyDataset
from ajahr_mm.datasets.collate import collate_bodies
from ajahr_mm.datasets.mixed import MixedDataset
from ajahr_mm.datasets.pose_corpora import AMASS, MOYO, PosesOf
from ajahr_mm.datasets.pose_dataset import PoseDataset
from ajahr_mm.datasets.samplers import RatioSampler
from ajahr_mm.datasets.stream import StreamedDataset
from ajahr_mm.datasets.tar_dataset import TarDataset

__all__ = ['AMASS', 'A3DDataset', 'BodyDataset', 'MOYO', 'MixedDataset', 'PoseDataset', 'PosesOf', 'RatioSampler',
           'StreamedDataset', 'TarDataset', 'collate_bodies', 'corpora', 'transforms']
