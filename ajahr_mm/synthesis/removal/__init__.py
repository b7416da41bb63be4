"""Backgrounds from pictures of people: find them, cut them out, fill the hole, and judge the result (paper supp. A)."""
from ajahr_mm.synthesis.removal.checks import NoPersonCheck, SSIMCheck
from ajahr_mm.synthesis.removal.cleaner import BackgroundCleaner
from ajahr_mm.synthesis.removal.grabcut_segmenter import GrabCutSegmenter
from ajahr_mm.synthesis.removal.lama_inpainter import LaMaInpainter
from ajahr_mm.synthesis.removal.opencv_inpainter import OpenCVInpainter
from ajahr_mm.synthesis.removal.quality import PictureQuality
from ajahr_mm.synthesis.removal.sam_segmenter import SAMSegmenter
from ajahr_mm.synthesis.removal.segmenter import BoxSegmenter

__all__ = ['BackgroundCleaner', 'BoxSegmenter', 'GrabCutSegmenter', 'LaMaInpainter', 'NoPersonCheck', 'OpenCVInpainter',
           'PictureQuality', 'SAMSegmenter', 'SSIMCheck']
