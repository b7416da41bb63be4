import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.appearance.skin import SKIN, Skin, draw_tone
from ajahr_mm.synthesis.people.subjects import GROUP_SHARES


def test_every_group_of_the_paper_has_skin_tones():
    assert set(SKIN) == set(GROUP_SHARES)


@pytest.mark.parametrize('group', sorted(SKIN))
def test_tones_stay_in_the_span_of_their_group(group):
    lightest, darkest = (np.array(tone) for tone in SKIN[group])
    tones = np.stack([draw_tone(np.random.default_rng(seed), group).base for seed in range(60)])
    assert (tones >= darkest * .96).all() and (tones <= lightest * 1.04).all()
    assert np.ptp(tones.mean(1)) > .5 * (lightest - darkest).mean()


def test_unknown_groups_are_refused():
    with pytest.raises(UserError, match='Martian'):
        draw_tone(np.random.default_rng(0), 'Martian')


def test_spans_of_neighbouring_groups_overlap():
    spans = sorted((np.mean(darkest), np.mean(lightest)) for lightest, darkest in SKIN.values())
    assert all(before[1] > after[0] for before, after in zip(spans, spans[1:]))


def test_lips_and_knees_are_redder_and_palms_paler(canvas):
    points, figure = canvas.vertices, canvas.figure
    weights, coverage, shadow = Skin(np.random.default_rng(0)).paint(canvas.points, canvas.folds(0)[0], canvas)
    assert (coverage == 1).all() and shadow is None and np.isfinite(weights).all() and weights.min() >= 0
    lips = canvas.points.field('lips') > .8
    weights, _, _ = Skin(np.random.default_rng(0)).paint(points, canvas.folds(0)[1], canvas)
    palm = (points.arm > 2.2) & (points.normal[..., 1] < -.7)
    back = (points.arm > 2.2) & (points.normal[..., 1] > .7)
    assert weights[palm][:, 2].mean() > .5 > .1 > weights[back][:, 2].mean()
    knee = (abs(points.leg - 1) < .06) & (points.normal[..., 2] > .6)
    shin = (abs(points.leg - 1.5) < .1) & (points.normal[..., 2] > .6)
    assert weights[knee][:, 1].mean() > weights[shin][:, 1].mean() + .1 and lips.any()


def test_dark_skin_has_lighter_palms_and_light_skin_hardly():
    dark, light = draw_tone(np.random.default_rng(0), 'African'), draw_tone(np.random.default_rng(0), 'White')
    assert dark.pale.mean() > 20 > 14 > light.pale.mean() > 0
