import json
import pickle

import cv2
import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.safe_load import load_json, load_npz, read_image


def test_npz_returns_all_arrays(tmp_path):
    np.savez(tmp_path / 'a.npz', x=np.arange(6).reshape(2, 3), name=np.array(['left', 'right']))
    arrays = load_npz(tmp_path / 'a.npz')
    assert set(arrays) == {'x', 'name'}
    np.testing.assert_array_equal(arrays['x'], [[0, 1, 2], [3, 4, 5]])
    assert list(arrays['name']) == ['left', 'right']


class Bomb:
    """Leaves a file behind if anybody unpickles it."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, 'w')


def test_npz_refuses_objects_without_running_them(tmp_path):
    np.savez(tmp_path / 'a.npz', fine=np.ones(2), bad=np.array([Bomb(tmp_path / 'ran')], object))
    with pytest.raises(UserError, match="'bad'.*pickled"):
        load_npz(tmp_path / 'a.npz')
    (tmp_path / 'b.npz').write_bytes(pickle.dumps(Bomb(tmp_path / 'ran')))
    with pytest.raises(UserError, match='b.npz is not a readable npz'):
        load_npz(tmp_path / 'b.npz')
    assert not (tmp_path / 'ran').exists()


def test_npz_leaves_arrays_unread_that_nobody_asked_for(tmp_path):
    np.savez(tmp_path / 'a.npz', fine=np.ones(2), bad=np.array([Bomb(tmp_path / 'ran')], object))
    assert set(load_npz(tmp_path / 'a.npz', names=('fine', 'absent'))) == {'fine'}
    with pytest.raises(UserError, match="'bad'.*pickled"):
        load_npz(tmp_path / 'a.npz', names=('bad',))
    assert not (tmp_path / 'ran').exists()


@pytest.mark.parametrize('kept', [0.95, 0.5, 0.1])
def test_npz_cut_off(tmp_path, kept):
    np.savez(tmp_path / 'a.npz', x=np.random.default_rng(0).random(500))
    data = (tmp_path / 'a.npz').read_bytes()
    (tmp_path / 'a.npz').write_bytes(data[:int(len(data) * kept)])
    with pytest.raises(UserError, match='a.npz is not a readable npz'):
        load_npz(tmp_path / 'a.npz')


def test_npz_damaged_inside(tmp_path):
    np.savez_compressed(tmp_path / 'a.npz', x=np.random.default_rng(0).random(500))
    data = bytearray((tmp_path / 'a.npz').read_bytes())
    data[1000:1100] = bytes(100)
    (tmp_path / 'a.npz').write_bytes(data)
    with pytest.raises(UserError, match='a.npz'):
        load_npz(tmp_path / 'a.npz')


def test_npz_wrong_kind_of_path(tmp_path):
    with pytest.raises(UserError, match='nowhere.npz does not exist'):
        load_npz(tmp_path / 'nowhere.npz')
    with pytest.raises(UserError, match='is a folder'):
        load_npz(tmp_path)
    np.save(tmp_path / 'a.npy', np.ones(3))
    with pytest.raises(UserError, match='single npy array'):
        load_npz(tmp_path / 'a.npy')
    (tmp_path / 'empty.npz').touch()
    with pytest.raises(UserError, match='empty.npz'):
        load_npz(tmp_path / 'empty.npz')


def test_json(tmp_path):
    (tmp_path / 'a.json').write_text(json.dumps({'ü': [1, 2]}), encoding='utf-8')
    assert load_json(tmp_path / 'a.json') == {'ü': [1, 2]}
    (tmp_path / 'a.json').write_text('{"a": 1,\n "b" 2}')
    with pytest.raises(UserError, match='line 2, column 6'):
        load_json(tmp_path / 'a.json')
    (tmp_path / 'a.json').write_bytes(b'\xff\xfe\x00')
    with pytest.raises(UserError, match='UTF-8'):
        load_json(tmp_path / 'a.json')


def test_image_is_rgb_and_survives_odd_names(tmp_path):
    path = tmp_path / 'größe 1.png'
    picture = np.zeros((4, 5, 3), np.uint8)
    picture[..., 0] = 200  # red
    path.write_bytes(cv2.imencode('.png', picture[..., ::-1])[1].tobytes())
    np.testing.assert_array_equal(read_image(path), picture)


def test_grey_and_alpha_images_become_three_channels(tmp_path):
    cv2.imwrite(str(tmp_path / 'grey.png'), np.full((4, 5), 90, np.uint8))
    cv2.imwrite(str(tmp_path / 'alpha.png'), np.full((4, 5, 4), 90, np.uint8))
    for name in ('grey.png', 'alpha.png'):
        np.testing.assert_array_equal(read_image(tmp_path / name), np.full((4, 5, 3), 90))


def test_bad_images_are_named(tmp_path):
    good = cv2.imencode('.jpg', np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8))[1].tobytes()
    for name, data in dict(empty=b'', text=b'not a picture', half=good[:len(good) // 2]).items():
        (tmp_path / f'{name}.jpg').write_bytes(data)
        with pytest.raises(UserError, match=f'{name}.jpg') as error:
            read_image(tmp_path / f'{name}.jpg')
        assert '\n' not in str(error.value)
    with pytest.raises(UserError, match='nowhere.jpg does not exist'):
        read_image(tmp_path / 'nowhere.jpg')
