"""LoadImage: the picture a record points to."""
from mmcv.transforms import BaseTransform

from ajahr_mm.io.safe_load import read_image
from ajahr_mm.registry import TRANSFORMS


@TRANSFORMS.register_module()
class LoadImage(BaseTransform):
    """Reads the image as uint8 RGB.

    Required Keys: img_path. Added Keys: img (H,W,3) uint8 RGB, img_shape (H,W).

    Raises:
        UserError: the file is missing or not an image.
    """

    def transform(self, results: dict) -> dict:
        image = read_image(results['img_path'])
        results['img'] = image
        results['img_shape'] = image.shape[:2]
        return results
