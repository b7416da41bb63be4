"""From a photograph to a body that knows which limbs are there."""
from ajahr_mm.apis.detectors import TorchvisionDetector, WholeImage
from ajahr_mm.apis.hog_detector import HOGDetector
from ajahr_mm.apis.inferencer import BodyInferencer
from ajahr_mm.apis.keypoint_detectors import ViTPoseDetector
from ajahr_mm.apis.loading import init_model
from ajahr_mm.apis.people import box_of_square
from ajahr_mm.apis.transformers_vitpose import TransformersViTPose
from ajahr_mm.apis.ultralytics_detector import UltralyticsDetector

__all__ = ['BodyInferencer', 'HOGDetector', 'TorchvisionDetector', 'TransformersViTPose', 'UltralyticsDetector',
           'ViTPoseDetector', 'WholeImage', 'box_of_square', 'init_model']
