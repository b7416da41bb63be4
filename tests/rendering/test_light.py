import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.rendering import Camera, Light, Mesh, make_renderer

#: A square across the optical axis that looks at the camera, and a camera that sees only it.
SQUARE = np.float32([[-1, -1, 2], [1, -1, 2], [1, 1, 2], [-1, 1, 2]])
MESH = Mesh([[0, 2, 1], [0, 3, 2]])
CAMERA = Camera([20, 20, 4, 4], (8, 8))
WHITE = np.ones((4, 3), np.float32)


def test_lambert_law_with_colour_of_lamp_and_surface(backend):
    tilt = np.deg2rad(50)
    light = Light(direction=(3 * np.sin(tilt), 0, -3 * np.cos(tilt)), ambient=(.1, .2, .3), diffuse=(.8, .4, .2))
    paint = np.float32([[.5, .9, 1]] * 4)
    frame = make_renderer(MESH, backend).render(SQUARE, CAMERA, light, vertex_color=paint)
    expected = np.array([.5, .9, 1]) * (np.array([.1, .2, .3]) + np.array([.8, .4, .2]) * np.cos(tilt))
    assert np.abs(frame.rgb - expected * 255).max() <= .51
    assert (frame.alpha == 255).all()


def test_lamp_behind_the_surface_leaves_the_ambient(backend):
    frame = make_renderer(MESH, backend).render(SQUARE, CAMERA, Light((0, 0, 1), (.2,) * 3, (1,) * 3),
                                                vertex_color=WHITE)
    assert (frame.rgb == 51).all()


def test_too_much_light_clips_to_white(backend):
    frame = make_renderer(MESH, backend).render(SQUARE, CAMERA, Light((0, 0, -1), (9,) * 3, (9,) * 3))
    assert (frame.rgb == 255).all()


def test_each_picture_has_its_lamp(backend):
    light = Light([[0, 0, -1], [0, 0, 1]], [.2] * 3, [.4] * 3)
    frame = make_renderer(MESH, backend).render(np.stack([SQUARE] * 2), CAMERA, light, vertex_color=WHITE)
    assert (frame.rgb[0] == 153).all() and (frame.rgb[1] == 51).all()


def test_unlit_surfaces_keep_their_colours_and_need_no_normals(backend, monkeypatch):
    paint = np.random.default_rng(0).integers(0, 256, (4, 3), dtype=np.uint8)
    dark = make_renderer(MESH, backend).render(SQUARE, CAMERA, Light(ambient=(1,) * 3, diffuse=(0, 1e-9, 0)), {'rgb'}, paint)
    # Colours are those of a lamp too weak to see, though nothing that computes normals may be called.
    where = dict(torch='torch_renderer.smooth_normals', gl='gl_renderer.smooth_normals', warp='warp_shading.vertex_normals')
    monkeypatch.setattr(f'ajahr_mm.rendering.{where[backend]}', None)
    frame = make_renderer(MESH, backend).render(SQUARE, CAMERA, Light.unlit(), {'rgb'}, paint)
    np.testing.assert_array_equal(frame.rgb, dark.rgb)
    assert (np.ptp(paint.astype(int), 0) > 20).all() and (np.ptp(frame.rgb.reshape(-1, 3).astype(int), 0) > 10).all()


def test_light_that_is_not_finite_is_refused():
    with pytest.raises(UserError, match='ambient and Light.diffuse must be finite'):
        make_renderer(MESH, 'torch').render(SQUARE, CAMERA, Light(ambient=(0, np.nan, 0)))


def test_lamp_without_direction_is_refused():
    with pytest.raises(UserError, match='direction must be finite and not zero'):
        make_renderer(MESH, 'torch').render(SQUARE, CAMERA, Light((0, 0, 0)))
