"""EncodedImage: a picture that is decoded only as finely, and only as far down, as somebody looks at it.

JPEGs are decoded by libjpeg-turbo through ``simplejpeg``: the same pixels as OpenCV's, but damage that the decoder notices
is an error, where OpenCV paints it grey, and the decoder may stop at a line. (JPEGs have no checksums: a few wrong bytes
may also decode to something.) Everything else goes through OpenCV.
"""
import re
from typing import Optional, Tuple

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.jpeg_header import END, START, JpegHeader, read_jpeg_header

#: Largest picture that is decoded: 600 MB of RGB. Beyond, a header is taken for a mistake or an attack.
MAX_PIXELS = 200_000_000
#: Reductions that a JPEG decoder does while it decodes.
REDUCTIONS = (1, 2, 4, 8)
_BLOCK = 16          # px: the largest block of a JPEG, so decoding stops at a multiple of it
_STRAY_BYTES = 16    # so many between picture and end marker harm nothing
_LEFT_OVER = re.compile(r'(\d+) extraneous bytes before marker 0xd9')


class EncodedImage:
    """The bytes of an image file.

    Args:
        data: the bytes.
        name: stands in the errors.
        quarter_turns: turn the picture so often clockwise, after EXIF's orientation, for those that lie on their side.

    Attributes:
        shape: (H, W) of the picture as it is handed out.

    Raises:
        UserError: not an image, cut off, CMYK, or larger than MAX_PIXELS; a JPEG's pixels are looked at in :meth:`decode`.
    """

    def __init__(self, data: bytes, name: str, quarter_turns: int = 0) -> None:
        self.name, self.data, self._turns = name, data, quarter_turns % 4
        self._header: Optional[JpegHeader] = None
        if data.startswith(START):
            self._header = header = read_jpeg_header(data, name)
            _check_size(name, header.width, header.height)
            if header.components == 4:
                raise UserError(f'{name} is a CMYK JPEG, made for printing; save it as RGB.')
            # libjpeg fills the rest of a cut-off picture with grey; the end marker tells.
            if data.rfind(END, len(data) // 2) < 0:
                raise UserError(f'{name} is a JPEG that breaks off before its end; copy or download it again.')
            self.shape = (header.height, header.width)
        else:
            self._pixels = _decode_other(data, name)
            self.shape = self._pixels.shape[:2]
        if (self.orientation >= 5) != self._turns % 2:
            self.shape = self.shape[::-1]

    @property
    def orientation(self) -> int:
        """EXIF orientation of a JPEG, 1 for upright ones and other formats."""
        return self._header.orientation if self._header else 1

    def decode(self, reduction: int = 1, rows: Optional[int] = None) -> Tuple[np.ndarray, int]:
        """The picture (h,w,3) uint8 RGB, turned upright where its EXIF data says so, and the reduction it has.

        A picture reduced n times has a pixel for each n x n block, the mean of that block: its pixel u lies at
        ``n u + (n - 1) / 2`` in the whole one. Only JPEGs that need not be turned are reduced.

        Args:
            reduction: 1, 2, 4 or 8.
            rows: lines of the whole picture that are wanted; those below may be missing.

        Raises:
            UserError: the JPEG is damaged.
        """
        if self._header is None or self.orientation != 1 or self._turns:
            pixels = self._pixels if self._header is None else self._decode_jpeg(1, self._header.height)
            return np.ascontiguousarray(np.rot90(_upright(pixels, self.orientation), -self._turns)), 1
        height, step = self._header.height, _BLOCK * reduction
        if rows is not None and self._header.in_lines:
            height = min(height, -(-max(rows, 1) // step) * step)
        return self._decode_jpeg(reduction, height), reduction

    def _decode_jpeg(self, reduction: int, rows: int) -> np.ndarray:
        try:
            import simplejpeg
        except ImportError as error:
            raise ImportError('reading JPEGs needs simplejpeg: pip install simplejpeg==1.9.0') from error
        header, data, early = self._header, self.data, rows < self._header.height
        if early:  # a header that speaks of fewer lines: the decoder stops after them
            data = b''.join([data[:header.height_at], rows.to_bytes(2, 'big'), data[header.height_at + 2:]])
        height, width = -(-rows // reduction), -(-header.width // reduction)
        image = np.empty((height, width, 3), np.uint8)
        try:
            simplejpeg.decode_jpeg(data, min_height=height, min_width=width, buffer=image.reshape(-1))
        except ValueError as error:
            # The first complaint is told. One about what was left unread comes after everything has been decoded.
            left = _LEFT_OVER.search(str(error))
            if left is None or not early and int(left[1]) > _STRAY_BYTES:
                raise UserError(f'{self.name} is a damaged JPEG ({error}); copy or download it again.') from None
        return image


def _check_size(name: str, width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise UserError(f'{name} claims to be {width} x {height} px, more than {MAX_PIXELS // 10 ** 6} million pixels; '
                        'scale it down.')
    if not width * height:
        raise UserError(f'{name} claims to be {width} x {height} px; copy or download it again.')


def _decode_other(data: bytes, name: str) -> np.ndarray:
    import cv2
    if data.startswith(b'\x89PNG\r\n\x1a\n') and len(data) >= 24:
        _check_size(name, int.from_bytes(data[16:20], 'big'), int.from_bytes(data[20:24], 'big'))
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    except cv2.error:  # OpenCV's own limit of the size
        raise UserError(f'{name} is an image that OpenCV refuses, most likely for its size; scale it down.') from None
    if image is None:
        raise UserError(f'{name} is not an image that OpenCV can decode; use JPEG, PNG, BMP, TIFF or WebP.')
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB, dst=image)


def _upright(image: np.ndarray, orientation: int) -> np.ndarray:
    """Undoes what EXIF says was done to the picture."""
    if orientation >= 5:
        image = image.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        image = image[:, ::-1]
    if orientation in (3, 4, 7, 8):
        image = image[::-1]
    return image
