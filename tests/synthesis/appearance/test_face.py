import numpy as np
import pytest

from ajahr_mm.synthesis.appearance.face import IRIS_SHARES, Face, draw_iris


@pytest.fixture(scope='module')
def painted(canvas):
    return Face(np.random.default_rng(0), feminine=True).paint(canvas.points, canvas.folds(0)[0], canvas)


def test_eyes_are_white_with_an_iris_at_the_eyes(canvas, painted):
    weights, coverage, _ = painted
    points, figure = canvas.points, canvas.figure
    for channel, radius in ((0, .016), (1, .008)):
        shown = points.position[(weights[..., channel] * coverage > .3) & canvas.painted]
        assert len(shown) > 4
        away = np.hypot(abs(shown[:, 0]) - figure.eye[0] - .0018, shown[:, 1] - figure.eye[1] + .0022)
        assert away.max() < radius and (shown[:, 2] > figure.ear[2] + .04).all()
        assert (shown[:, 0] > 0).any() and (shown[:, 0] < 0).any()


def test_brows_are_over_the_eyes_and_nothing_is_behind_the_ears(canvas, painted):
    weights, coverage, _ = painted
    points, figure = canvas.points, canvas.figure
    over = points.y - figure.eye[1]
    brow = (weights[..., 2] * coverage > .4) & canvas.painted & (over > .012)
    assert brow.any() and over[brow].max() < .03
    assert coverage[(points.z < figure.ear[2]) & canvas.painted].max() == 0


def test_weights_never_exceed_one_colour(painted):
    weights, coverage, shadow = painted
    assert shadow is None and weights.min() >= 0 and (weights.sum(-1) * coverage).max() < 1.4 and coverage.max() <= 1


def test_old_faces_have_more_lines(canvas):
    young, old = (Face(np.random.default_rng(1), False, old=age).paint(canvas.points, canvas.folds(0)[0], canvas)[1].sum()
                  for age in (0., 1.))
    assert old > young * 1.05


def test_blue_eyes_are_a_matter_of_group():
    colors = {group: np.stack([draw_iris(np.random.default_rng(seed), group) for seed in range(100)])
              for group in ('White', 'African')}
    blue = {group: (color[:, 2] > color[:, 0]).mean() for group, color in colors.items()}
    assert blue['African'] == 0 and .2 < blue['White'] < .65 and '' in IRIS_SHARES
