"""From a photograph to a body that knows which limbs are there."""
from ajahr_mm.apis.detectors import TorchvisionDetector, WholeImage
from ajahr_mm.apis.inferencer import BodyInferencer
from ajahr_mm.apis.keypoint_detectors import ViTPoseDetector
from ajahr_mm.apis.loading import init_model
from ajahr_mm.apis.people import box_of_square

__all__ = ['BodyInferencer', 'TorchvisionDetector', 'ViTPoseDetector', 'WholeImage', 'box_of_square', 'init_model']
