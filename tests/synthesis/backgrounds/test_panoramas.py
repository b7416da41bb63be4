import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.backgrounds import panoramas
from ajahr_mm.synthesis.backgrounds.panoramas import ASSET, TEST, Panoramas, open_panorama

LUMINANCE = np.array([.2126, .7152, .0722])


@pytest.fixture(scope='module')
def part():
    return Panoramas()


def test_the_asset_is_small_and_needs_no_pickle():
    assert ASSET.stat().st_size < 1_000_000
    with np.load(ASSET, allow_pickle=False) as asset:
        assert len(asset['names']) == 17 and set(TEST) < set(asset['names'].tolist())
        assert all(np.isfinite(asset[key]).all() and (asset[key] >= 0).all() for key in ('sun', 'sky', 'ground', 'softness'))


def test_white_paper_that_faces_the_lamp_has_brightness_one():
    with np.load(ASSET, allow_pickle=False) as asset:
        up = (1 - asset['direction'][:, 1]) / 2
        facing = asset['sun'] + asset['ground'] + (asset['sky'] - asset['ground']) * up[:, None]
        length = np.linalg.norm(asset['direction'], axis=1)
    np.testing.assert_allclose(facing @ LUMINANCE, 1, atol=1e-3)
    np.testing.assert_allclose(length, 1, atol=1e-5)


def test_panoramas_go_round_without_a_seam():
    circle = open_panorama('park').astype(int)
    assert circle.shape == (512, 1536, 3)
    np.testing.assert_array_equal(circle[:, :512], circle[:, 1024:])
    step = abs(np.diff(circle, axis=1)).mean((0, 2))
    assert step[1023] < 2 * step.mean()


def test_a_picture_depends_on_its_stream_alone_and_says_where_it_is(part):
    first, again, other = (part.sample(np.random.default_rng(seed), 'train', 128) for seed in (4, 4, 5))
    assert first.image.shape == (128, 128, 3) and first.image.dtype == np.uint8
    np.testing.assert_array_equal(first.image, again.image)
    assert not np.array_equal(first.image, other.image)
    assert .26 <= first.horizon <= .5 and first.light.direction.dtype == np.float32


def test_splits_share_no_place_and_every_place_is_free(part):
    seen = {split: {part.sample(np.random.default_rng(seed), split, 16).name for seed in range(80)} for split in part.names}
    assert not seen['train'] & seen['test'] and len(seen['train']) == 13 and len(seen['test']) == 4
    for split, names in seen.items():
        assert names == set(part.sources(split)) and all(text.startswith('CC0') for text in part.sources(split).values())


def test_the_lamp_is_in_the_picture_where_its_direction_says(monkeypatch):
    """A dark world whose only bright spot lies in the direction of the asset's lamp, seen from everywhere."""
    with np.load(ASSET, allow_pickle=False) as asset:
        x, y, z = asset['direction'][asset['names'].tolist().index('park')]
    circle = np.zeros((512, 1024, 3), np.uint8)
    row, column = (np.arcsin(y) / np.pi + .5) * 512, (np.arctan2(x, z) / (2 * np.pi) + .5) * 1024
    circle[int(row) - 4:int(row) + 5, int(column) - 4:int(column) + 5] = 255
    monkeypatch.setattr(panoramas, 'open_panorama', lambda name: np.concatenate([circle, circle[:, :512]], 1))
    part, checked = Panoramas(dict(train=['park']), field_of_view=(70, 70), horizon=(.4, .4)), 0
    for seed in range(120):
        found = part.sample(np.random.default_rng(seed), 'train', 160)
        toward = found.light.direction
        pixel = toward[:2] / toward[2] * 80 / np.tan(np.deg2rad(35)) + 80
        if toward[2] > 0 and (pixel > 8).all() and (pixel < 152).all():
            rows, columns = np.nonzero(found.image[..., 1] > 60)
            np.testing.assert_allclose([columns.mean() + .5, rows.mean() + .5], pixel, atol=2)
            checked += 1
    assert checked > 8


def test_mistakes_in_the_config_are_refused(part):
    for names in (dict(train=['atlantis']), dict(train=['park'], test=['park'])):
        with pytest.raises(UserError, match='name each of these at most once'):
            Panoramas(names)
    with pytest.raises(UserError, match='no places for the split val'):
        part.sample(np.random.default_rng(0), 'val', 32)
