"""LoadImage: the picture a record points to."""
from mmcv.transforms import BaseTransform

from ajahr_mm.io.encoded_image import EncodedImage
from ajahr_mm.io.safe_load import read_bytes
from ajahr_mm.io.shards import read_image_bytes
from ajahr_mm.registry import TRANSFORMS


@TRANSFORMS.register_module()
class LoadImage(BaseTransform):
    """Reads the image as uint8 RGB.

    Args:
        defer: leave the decoding to :class:`CropBody`, which decodes a JPEG only as finely and as far down as its crop
            needs. For large pictures that is several times faster; transforms before the crop then see no pixels.

    Required Keys: img_path; img_part (offset, size, name) where the image is a part of that file; img_quarter_turns
    (clockwise) where it lies on its side.
    Added Keys: img_shape (H,W); img (H,W,3) uint8 RGB, or with ``defer`` encoded_img.

    Raises:
        UserError: the file is missing or not an image; with ``defer`` damage inside of a JPEG shows in CropBody.
    """

    def __init__(self, defer: bool = False) -> None:
        self.defer = defer

    def transform(self, results: dict) -> dict:
        if 'img_part' in results:
            offset, size, name = results['img_part']
            data = read_image_bytes(results['img_path'], offset, size, name)
        else:
            name = results['img_path']
            data = read_bytes(name, 'the image')
        image = EncodedImage(data, name, results.get('img_quarter_turns', 0))
        if self.defer:
            results['encoded_img'] = image
        else:
            results['img'] = image.decode()[0]
        results['img_shape'] = image.shape
        return results
