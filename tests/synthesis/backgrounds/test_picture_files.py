import cv2
import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.backgrounds.picture_files import MAX_BYTES, PictureReader, in_split, list_pictures, random_crop


def gradient(height, width):
    """A smooth picture, so that any reduction of it can be compared."""
    y, x = np.mgrid[:height, :width]
    return np.stack([255 * x / width, 255 * y / height, 0 * x + 90], -1).astype(np.uint8)


def write(path, image):
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), image[..., ::-1])
    return path


def test_pictures_of_subfolders_are_found_in_order_and_nothing_else(tmp_path):
    for name in ('b.jpg', 'a/z.PNG', 'a/note.txt', 'a/._z.PNG', 'c.webp'):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b'')
    assert list_pictures(tmp_path) == ['a/z.PNG', 'b.jpg', 'c.webp'] and list_pictures(tmp_path / 'nowhere') == []


def test_the_split_follows_from_the_file_name_alone():
    names = [f'{number}.jpg' for number in range(2000)]
    test = {name for name in names if in_split(name, 'test', .15)}
    assert 220 < len(test) < 380
    for name in names[:200]:
        assert in_split(name, 'test', .15) != in_split(name, 'train', .15)
        assert in_split(f'some/folder/{name}', 'test', .15) == (name in test) == in_split(f'C:\\x\\{name}', 'test', .15)


@pytest.mark.parametrize('suffix', ['jpg', 'png'])
def test_a_picture_is_reduced_to_what_is_needed_and_says_by_how_much(tmp_path, suffix):
    path, whole = write(tmp_path / f'a.{suffix}', gradient(900, 1200)), gradient(900, 1200).astype(float)
    for needed in (900, 500, 200, 100):
        image, step = PictureReader().read(path, needed)
        assert needed <= min(image.shape[:2]) < 2 * needed
        np.testing.assert_allclose(900 / step, image.shape[0], atol=1)
        y, x = image.shape[0] // 3, image.shape[1] // 2
        np.testing.assert_allclose(image[y, x, :2], whole[int(y * step + step / 2), int(x * step + step / 2), :2], atol=5)


def test_a_box_counts_in_px_of_the_original(tmp_path):
    """A copy half as large as its original: a box of 600 px of the original has 300 px there."""
    path = write(tmp_path / 'copy.png', gradient(600, 800))
    image, step = PictureReader().read(path, 100, box=600., scale=.5)
    assert image.shape[1] == pytest.approx(1600 / step, abs=1) and 600 / step >= 100 and image.shape[0] == 200


def test_memory_is_bounded_and_what_is_kept_is_not_decoded_again(tmp_path):
    paths = [write(tmp_path / f'{i}.png', np.full((100, 100, 3), i, np.uint8)) for i in range(6)]
    reader = PictureReader(max_bytes=3 * 30_000)
    kept = [reader.read(path, 100)[0] for path in paths]
    assert len(reader._kept) == 3 and reader.read(paths[5], 100)[0] is kept[5]
    assert reader.read(paths[0], 100)[0] is not kept[0]


def test_files_that_cannot_be_read_are_named(tmp_path):
    good = write(tmp_path / 'good.jpg', gradient(64, 64)).read_bytes()
    header = b'\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR' + (50_000).to_bytes(4, 'big') * 2
    cases = {'cut.jpg': good[:len(good) // 2], 'text.png': b'not a picture', 'huge.png': header, 'empty.jpg': b''}
    for name, data in cases.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(UserError, match=name):
            PictureReader().read(tmp_path / name, 32)
    from PIL import Image
    Image.new('CMYK', (32, 32)).save(tmp_path / 'print.jpg')
    with pytest.raises(UserError, match='CMYK'):
        PictureReader().read(tmp_path / 'print.jpg', 32)
    with pytest.raises(UserError, match='gone.jpg cannot be read'):
        PictureReader().read(tmp_path / 'gone.jpg', 32)
    with open(tmp_path / 'film.jpg', 'wb') as film:
        film.truncate(MAX_BYTES + 1)
    with pytest.raises(UserError, match='has more than 256 MB'):
        PictureReader().read(tmp_path / 'film.jpg', 32)


def test_pictures_on_their_side_are_turned(tmp_path):
    from PIL import Image
    image = Image.fromarray(gradient(60, 90))
    exif = image.getexif()
    exif[0x0112] = 6
    image.save(tmp_path / 'turned.jpg', exif=exif)
    assert PictureReader().read(tmp_path / 'turned.jpg', 60)[0].shape == (90, 60, 3)


def test_crops_are_square_pieces_even_of_narrow_pictures():
    assert random_crop(np.zeros((20, 300, 3), np.uint8), np.random.default_rng(0), 48).shape == (48, 48, 3)
    picture = gradient(400, 400)
    for seed in range(10):
        piece = random_crop(picture, np.random.default_rng(seed), 100).astype(int)
        spans = abs(piece[50, -1, 0] - piece[50, 0, 0]), piece[-1, 50, 1] - piece[0, 50, 1]
        assert .4 * 255 < spans[1] <= 255 and abs(spans[0] - spans[1]) < 6
