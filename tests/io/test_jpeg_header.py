import io
import struct

import numpy as np
import pytest
from PIL import Image

from ajahr_mm.io import UserError
from ajahr_mm.io.jpeg_header import read_jpeg_header


def jpeg(mode='RGB', **options) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.zeros((20, 30, 3), np.uint8)).convert(mode).save(file, 'JPEG', **options)
    return file.getvalue()


@pytest.mark.parametrize('mode,components', [('RGB', 3), ('L', 1), ('CMYK', 4)])
@pytest.mark.parametrize('progressive', [False, True])
def test_what_the_header_says(mode, components, progressive):
    data = jpeg(mode, progressive=progressive, comment=b'\xff\xc0 is no frame')
    header = read_jpeg_header(data, 'a')
    assert (header.width, header.height, header.components, header.orientation) == (30, 20, components, 1)
    assert header.in_lines is not progressive
    assert struct.unpack_from('>H', data, header.height_at) == (20,)


@pytest.mark.parametrize('order', ['II', 'MM'])
def test_orientation_in_both_byte_orders(order):
    sign = '<' if order == 'II' else '>'
    tiff = order.encode() + struct.pack(f'{sign}HIH', 42, 8, 2) + struct.pack(f'{sign}HHII', 0x0100, 4, 1, 7)
    tiff += struct.pack(f'{sign}HHIHH', 0x0112, 3, 1, 6, 0)
    assert read_jpeg_header(jpeg(exif=b'Exif\0\0' + tiff), 'a').orientation == 6


@pytest.mark.parametrize('tiff', [b'', b'II', b'XX*\0\x08\0\0\0', b'II*\0\xff\xff\xff\xff', b'MM\0*\0\0\0\x08\0\x09\0'])
def test_broken_exif_says_nothing(tiff):
    assert read_jpeg_header(jpeg(exif=b'Exif\0\0' + tiff), 'a').orientation == 1


@pytest.mark.parametrize('stop', [2, 3, 20, 150])
def test_a_header_that_ends_early_is_refused(stop):
    with pytest.raises(UserError, match='bad.jpg is a JPEG without a readable header'):
        read_jpeg_header(jpeg()[:stop], 'bad.jpg')
