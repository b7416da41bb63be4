"""Pictures, good and bad: the oracle for good ones is OpenCV, which decodes whole files its own way."""
import io
import struct
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image

from ajahr_mm.io import UserError
from ajahr_mm.io.encoded_image import EncodedImage
from ajahr_mm.io.jpeg_header import read_jpeg_header


def photo(height=173, width=231) -> np.ndarray:
    rng = np.random.default_rng(0)
    return cv2.resize(rng.integers(0, 256, (12, 16, 3), np.uint8), (width, height), interpolation=cv2.INTER_CUBIC)


def jpeg(image, **options) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, 'JPEG', quality=93, **options)
    return file.getvalue()


def by_opencv(data, flag=cv2.IMREAD_COLOR) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(data, np.uint8), flag)[..., ::-1]


@pytest.mark.parametrize('options', [{}, dict(progressive=True), dict(subsampling=0), dict(subsampling=1)])
def test_whole_pictures_are_those_of_opencv(options):
    data = jpeg(photo(), **options)
    image = EncodedImage(data, 'a.jpg')
    pixels, reduction = image.decode()
    assert image.shape == (173, 231) and reduction == 1
    np.testing.assert_array_equal(pixels, by_opencv(data))


@pytest.mark.parametrize('reduction,flag', [(2, cv2.IMREAD_REDUCED_COLOR_2), (4, cv2.IMREAD_REDUCED_COLOR_4),
                                            (8, cv2.IMREAD_REDUCED_COLOR_8)])
def test_reduced_pictures_are_those_of_opencv(reduction, flag):
    data = jpeg(photo())
    pixels, told = EncodedImage(data, 'a.jpg').decode(reduction)
    assert told == reduction
    np.testing.assert_array_equal(pixels, by_opencv(data, flag))
    blocks = photo()[:168, :224].reshape(168 // reduction, reduction, 224 // reduction, reduction, 3).mean((1, 3))
    assert np.abs(pixels[:len(blocks), :blocks.shape[1]] - blocks).mean() < 2  # the mean of each block


@pytest.mark.parametrize('options', [{}, dict(progressive=True)])
@pytest.mark.parametrize('reduction', [1, 4])
@pytest.mark.parametrize('rows', [1, 50, 100, 172, 173])
def test_the_first_rows_alone(options, reduction, rows, capfd):
    data = jpeg(photo(), **options)
    whole = EncodedImage(data, 'a.jpg').decode(reduction)[0]
    part = EncodedImage(data, 'a.jpg').decode(reduction, rows=rows)[0]
    assert len(part) * reduction >= rows and (len(part) <= len(whole))
    certain = -(-rows // reduction) - 1  # the last line may lack the colours of the one below
    np.testing.assert_array_equal(part[:certain], whole[:certain])
    assert capfd.readouterr() == ('', '')


@pytest.mark.parametrize('orientation', range(1, 9))
def test_exif_is_obeyed(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = jpeg(photo(), exif=exif)
    image = EncodedImage(data, 'a.jpg')
    assert image.orientation == orientation and image.shape == by_opencv(data).shape[:2]
    np.testing.assert_array_equal(image.decode(*(() if orientation == 1 else (4, 9)))[0], by_opencv(data))


@pytest.mark.parametrize('turns', [1, 2, 3, 5])
def test_pictures_on_their_side(turns):
    exif = Image.Exif()
    exif[0x0112] = 6
    for data in (jpeg(photo()), jpeg(photo(), exif=exif), cv2.imencode('.png', photo())[1].tobytes()):
        image = EncodedImage(data, 'a', quarter_turns=turns)
        expected = np.rot90(by_opencv(data), -turns)  # clockwise
        assert image.shape == expected.shape[:2]
        np.testing.assert_array_equal(image.decode(2)[0], expected)


def test_grey_jpegs_get_three_channels():
    data = jpeg(photo()[..., 0])
    np.testing.assert_array_equal(EncodedImage(data, 'a.jpg').decode()[0], by_opencv(data))


def absurd_jpeg() -> bytes:
    data = jpeg(photo())
    place = read_jpeg_header(data, 'a').height_at
    return data[:place] + struct.pack('>HH', 50000, 50000) + data[place + 4:]


def absurd_png() -> bytes:
    def chunk(kind, content):
        return struct.pack('>I', len(content)) + kind + content + struct.pack('>I', zlib.crc32(kind + content))
    header = struct.pack('>IIBBBBB', 50000, 50000, 8, 2, 0, 0, 0)
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + chunk(b'IDAT', zlib.compress(bytes(99))) + chunk(b'IEND', b'')


def absurd_bmp() -> bytes:
    return b'BM' + struct.pack('<IHHIIiiHHIIiiII', 54, 0, 0, 54, 40, 50000, 50000, 1, 24, 0, 0, 0, 0, 0, 0)


def cmyk() -> bytes:
    file = io.BytesIO()
    Image.fromarray(photo()).convert('CMYK').save(file, 'JPEG')
    return file.getvalue()


def holed() -> bytes:
    """Half of the entropy-coded data is gone, the end is there."""
    data = jpeg(photo())
    return data[:len(data) // 2] + data[-2:]


BAD = dict(absurd_jpeg=(absurd_jpeg, 'claims to be 50000 x 50000'), absurd_png=(absurd_png, 'claims to be 50000 x 50000'),
           absurd_bmp=(absurd_bmp, 'OpenCV'), cmyk=(cmyk, 'CMYK'), holed=(holed, 'damaged'),
           half=(lambda: jpeg(photo())[:2000], 'breaks off'), header=(lambda: jpeg(photo())[:100] + bytes(99) + b'\xff\xd9',
                                                                      'without a readable header'),
           text=(lambda: b'no picture', 'not an image'), nothing=(lambda: b'', 'not an image'),
           half_png=(lambda: cv2.imencode('.png', photo())[1].tobytes()[:2000], 'not an image'),
           flat=(lambda: absurd_jpeg().replace(struct.pack('>HH', 50000, 50000), bytes(4)), 'claims to be 0 x 0'))


@pytest.mark.parametrize('name', BAD)
def test_bad_pictures_are_named(name):
    make, words = BAD[name]
    with pytest.raises(UserError, match=words) as error:
        EncodedImage(make(), 'folder/x.jpg').decode()
    assert 'folder/x.jpg' in str(error.value) and '\n' not in str(error.value)


def test_damage_before_the_last_wanted_row_is_seen_too():
    with pytest.raises(UserError, match='damaged'):
        EncodedImage(holed(), 'x.jpg').decode(rows=150)
    assert EncodedImage(holed(), 'x.jpg').decode(rows=16)[0].shape == (16, 231, 3)  # there all is well


def test_most_damage_is_noticed():
    """There is no checksum in a JPEG, so not all of it; the rest is left to checksums of data sets."""
    data, noticed = jpeg(photo()), 0
    for seed in range(40):
        rng, broken = np.random.default_rng(seed), bytearray(data)
        start = rng.integers(700, len(data) - 200)
        broken[start:start + 100] = rng.integers(0, 256, 100, dtype=np.uint8).tobytes()
        try:
            EncodedImage(bytes(broken), 'x.jpg').decode()
        except UserError:
            noticed += 1
    assert noticed > 15


def test_a_few_stray_bytes_harm_nothing():
    data = jpeg(photo())
    image = EncodedImage(data[:-2] + b'\0\0\0' + data[-2:], 'a.jpg')
    np.testing.assert_array_equal(image.decode()[0], by_opencv(data))
