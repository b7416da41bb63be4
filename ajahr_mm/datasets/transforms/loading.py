"""LoadImage: the picture a record points to."""
from mmcv.transforms import BaseTransform

from ajahr_mm.io.safe_load import decode_image, read_image
from ajahr_mm.io.shards import read_image_bytes
from ajahr_mm.registry import TRANSFORMS


@TRANSFORMS.register_module()
class LoadImage(BaseTransform):
    """Reads the image as uint8 RGB.

    Required Keys: img_path; img_part (offset, size, name) where the image is a part of that file. Added Keys: img (H,W,3) uint8 RGB, img_shape (H,W).

    Raises:
        UserError: the file is missing or not an image.
    """

    def transform(self, results: dict) -> dict:
        if 'img_part' in results:
            offset, size, name = results['img_part']
            image = decode_image(read_image_bytes(results['img_path'], offset, size, name), name)
        else:
            image = read_image(results['img_path'])
        results['img'] = image
        results['img_shape'] = image.shape[:2]
        return results
