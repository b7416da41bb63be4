import numpy as np
import pytest

from ajahr_mm.synthesis.appearance.bottoms import KINDS, Bottom


@pytest.mark.parametrize('kind', sorted(KINDS))
def test_trousers_cover_hips_and_legs_down_to_their_end(canvas, kind):
    points, figure = canvas.vertices, canvas.figure
    for seed in range(3):
        piece = Bottom(np.random.default_rng(seed), kind)
        weights, coverage, shadow = piece.paint(points, canvas.folds(0)[1], canvas)
        assert np.isfinite(weights).all() and weights.min() >= 0 and weights.max() < 2.6 and shadow.max() <= 1
        hips = points.is_part('pelvis') & (points.y < figure.hips + .04) & (points.leg < .05)
        assert coverage[hips].min() > .95 and coverage[points.y > figure.waist + .15].max() == 0
        leg = points.leg
        assert coverage[(leg > .05) & (leg < piece.end - .1) & (leg < 1.85)].min(initial=1) > .95
        assert coverage[(leg > piece.end + .15) & (leg > 2.2 * (piece.end > 1.8))].max() < .05
        assert coverage[points.arm > .05].max() == 0


def test_wide_trousers_stand_off_leggings_do_not_and_legs_do_not_meet(canvas):
    points = canvas.vertices
    shank = (points.leg[:, 0] > 1.3) & (points.leg[:, 0] < 1.8)
    height = {kind: Bottom(np.random.default_rng(0), kind).height(points, canvas.folds(0)[1], canvas)[0] for kind in KINDS}
    assert height['wide'][shank].mean() > .02 and height['leggings'][shank].max() < .008
    inner = (points.normal[:, 0, 0] * np.sign(points.x[:, 0]) < -.5) & (points.leg[:, 0] > 0)
    for values in height.values():
        assert (values[inner] <= abs(points.x[inner, 0]) + .003).all()


def test_stripes_run_down_the_outer_side(canvas):
    points = canvas.vertices
    pieces = [Bottom(np.random.default_rng(seed), 'tracksuit') for seed in range(20)]
    striped = next(piece for piece in pieces if piece.stripes == 1)
    weights, _, _ = striped.paint(points, canvas.folds(0)[1], canvas)
    third = weights[..., 2] > .5
    on_leg = (points.leg > .3) & (points.leg < 1.7)
    assert (third & on_leg).any() and points.field('outer')[third & on_leg].max() < .03
