"""What the header of a JPEG says, read without decoding anything."""
import struct
from typing import NamedTuple, Optional

from ajahr_mm.io.errors import UserError

START, END = b'\xff\xd8', b'\xff\xd9'
# Frame headers (SOF): their marker codes, without those of tables that lie between them.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE = frozenset((0x01, *range(0xD0, 0xD9)))
_SCAN, _EXIF_SEGMENT, _ORIENTATION = 0xDA, 0xE1, 0x0112


class JpegHeader(NamedTuple):
    """``orientation`` is EXIF's: 1 upright, 2 to 8 mirrored or turned. ``height_at``: where in the file the height stands.

    ``in_lines``: the picture lies in the file line by line (baseline), not as several ever finer ones (progressive).
    """

    width: int
    height: int
    components: int
    orientation: int
    height_at: int
    in_lines: bool


def read_jpeg_header(data: bytes, name: str) -> JpegHeader:
    """Walks the segments up to the frame header; ``name`` stands in the error.

    Raises:
        UserError: the file ends, or the picture begins, before anything says how large it is.
    """
    place, orientation = len(START), 1
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF or marker in _STANDALONE:  # padding, or a marker without content
            place += 1 if marker == 0xFF else 2
            continue
        if marker == _SCAN:
            break
        length = int.from_bytes(data[place + 2:place + 4], 'big')
        if marker in _FRAMES and place + 10 <= len(data):
            height, width, components = struct.unpack_from('>HHB', data, place + 5)
            return JpegHeader(width, height, components, orientation, place + 5, marker in (0xC0, 0xC1))
        if marker == _EXIF_SEGMENT and data[place + 4:place + 10] == b'Exif\0\0':
            orientation = _orientation(data[place + 10:place + 2 + length]) or orientation
        place += 2 + max(length, 2)
    raise UserError(f'{name} is a JPEG without a readable header; copy or download it again.')


def _orientation(tiff: bytes) -> Optional[int]:
    """EXIF orientation in the first directory of a TIFF block; None where it does not say a valid one."""
    order = {b'II': '<', b'MM': '>'}.get(tiff[:2])
    try:
        directory, = struct.unpack_from(f'{order}I', tiff, 4) if order else (None,)
        if directory is None:
            return None
        count, = struct.unpack_from(f'{order}H', tiff, directory)
        for entry in range(count):
            tag, _, _, value = struct.unpack_from(f'{order}HHIH', tiff, directory + 2 + 12 * entry)
            if tag == _ORIENTATION:
                return value if 1 <= value <= 8 else None
    except struct.error:  # cut short: then nothing is known, as if there were no EXIF
        pass
    return None
