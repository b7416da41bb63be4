from dataclasses import replace

import numpy as np
import pytest

from ajahr_mm.synthesis.appearance.canvas import Canvas
from ajahr_mm.synthesis.appearance.layers import lay
from ajahr_mm.synthesis.appearance.tops import Top


@pytest.mark.parametrize('name', ['torso', 'upper', 'lower', 'feet', 'head', 'hair', 'all'])
def test_regions_hold_their_points_in_the_order_of_their_texels(canvas, name):
    window, where, points = canvas.region(name)
    assert points.shape == (int(where.sum()), 1)
    np.testing.assert_array_equal(canvas.points.position[window][where], points.position[:, 0])
    assert canvas.region(name)[2] is points


def test_together_the_regions_of_clothes_cover_the_body(canvas):
    seen = np.zeros(canvas.points.shape, bool)
    for name in ('upper', 'lower', 'feet', 'head'):
        window, where, _ = canvas.region(name)
        seen[window] |= where
    assert seen[canvas.painted & (canvas.points.arm < 2.1)].all()


def test_a_layer_shows_a_garment_where_it_covers_and_lifts_the_skin_under_it(canvas):
    top = Top(np.random.default_rng(0), 'tee', patterned=0)
    layer = canvas.layer(top)
    texture = np.zeros((*canvas.points.shape, 3), np.uint8)
    lay(texture, layer, np.full((3, 3), 200.))
    points = canvas.points
    belly = canvas.painted & points.is_part('spine2') & (points.y < canvas.figure.armpit)
    assert texture[belly].min() > 60 and texture[canvas.painted & (points.leg > .8)].max() == 0
    spine = canvas.vertices.is_part('spine2')[:, 0]
    assert layer.offset[spine].mean() > .003 and layer.offset[canvas.vertices.is_part('head')[:, 0]].max() == 0


def test_a_body_without_texture_is_painted_at_its_vertices(surface):
    canvas = Canvas(replace(surface, uv=None, uv_faces=None))
    assert not canvas.is_texture and canvas.points.shape == (len(surface.rest), 1) and canvas.painted.all()
    layer = canvas.layer(Top(np.random.default_rng(0), 'tee', patterned=0))
    colors = np.zeros((len(surface.rest), 1, 3), np.uint8)
    lay(colors, layer, np.full((3, 3), 200.))
    assert colors[surface.is_part('spine2')].mean() > 100 and colors[surface.is_part('head')].max() == 0
    lips = canvas.points.field('lips')[:, 0] > 0                           # found without a mask
    assert lips.any() and abs(surface.rest[lips, 1] - canvas.figure.mouth).max() < .012
