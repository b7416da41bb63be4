"""The OpenGL backend's life: opened, closed and opened again, shared by threads, beside others; and its colours."""
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.rendering import Camera, GLRenderer, Light, Mesh, TorchRenderer

pytestmark = pytest.mark.usefixtures('gl_or_skip')
CAMERA = Camera([[215, 200, 70, 60], [230, 240, 60, 66]], (128, 120))
ONE = Camera([215, 200, 70, 60], (128, 120))


def decibels(one, other, where):
    return 10 * np.log10(255 ** 2 / ((one.astype(float) - other)[where] ** 2).mean())


@pytest.mark.parametrize('samples, limit', [(1, 45), (2, 30), (3, 40), (4, 34)])
def test_colours_are_those_of_the_reference(man, samples, limit):
    """Equal up to the points that are sampled: those of multisampling (even numbers) do not lie on a grid."""
    bodies = [man(2 * samples), man(2 * samples + 1)]
    vertices = np.stack([body.vertices for body in bodies])
    paint = np.stack([np.linspace(0, 255, len(vertices[0]), dtype=np.uint8)] * 3, -1)
    light = Light([[-.5, -.5, -.7], [.6, .1, -1]], (.3, .4, .5), [[.6, .5, .4], [.2, .9, .3]])
    hide = np.random.default_rng(1).random((2, len(bodies[0].faces))) > .1
    ours, theirs = (kind(Mesh(bodies[0].faces), samples=samples).render(
        vertices, CAMERA, light, {'rgb'}, vertex_color=paint, face_mask=hide) for kind in (GLRenderer, TorchRenderer))
    assert decibels(ours.rgb, theirs.rgb, (theirs.alpha > 0) & (ours.alpha > 0)) > limit
    assert abs(ours.alpha.mean() - theirs.alpha.mean()) < .3


def test_a_smooth_texture_is_that_of_the_reference(man):
    body = man(0)
    y, x = np.mgrid[:64, :128]
    smooth = np.uint8(np.stack([x * 2, y * 4, 255 - x], -1))
    mesh = Mesh(body.faces, uv=body.uv, uv_faces=body.uv_faces, texture=smooth)
    pair = np.stack([body.vertices, man(1).vertices])
    ours, theirs = GLRenderer(mesh, samples=1), TorchRenderer(mesh, samples=1)
    own, reference = ours.render(pair, CAMERA), theirs.render(pair, CAMERA)
    assert decibels(own.rgb, reference.rgb, own.mask & reference.mask) > 35
    other = np.stack([smooth[::-1], smooth[:, ::-1]])  # one for each picture, then its own again
    assert decibels(ours.render(pair, CAMERA, texture=other).rgb, theirs.render(pair, CAMERA, texture=other).rgb,
                    own.mask & reference.mask) > 35
    np.testing.assert_array_equal(ours.render(pair, CAMERA).rgb, own.rgb)


def test_hidden_faces_come_back(man):
    body = man(0)
    renderer = GLRenderer(Mesh(body.faces))
    whole = renderer.render(body.vertices, ONE, want={'face'}).face
    part = renderer.render(body.vertices, ONE, want={'face'}, face_mask=body.part < 5).face
    assert set(body.part[part[part >= 0]]) == set(range(5))
    np.testing.assert_array_equal(renderer.render(body.vertices, ONE, want={'face'}).face, whole)


def test_sizes_may_change_and_closing_one_leaves_the_others(man):
    body = man(0)
    small = Camera([50, 50, 20, 20], (40, 40))
    with GLRenderer(Mesh(body.faces)) as one, GLRenderer(Mesh(body.faces)) as other:
        first = one.render(body.vertices, ONE)
        assert other.render(body.vertices, small).mask.any()
        other.close()
        other.close()
        one.render(body.vertices, small)
        again, anew = one.render(body.vertices, ONE), other.render(body.vertices, ONE)
    for name in ('rgb', 'alpha', 'depth', 'face', 'normal'):
        np.testing.assert_array_equal(getattr(again, name), getattr(first, name))
        np.testing.assert_array_equal(getattr(anew, name), getattr(first, name))


def test_threads_take_turns(man):
    body = man(0)
    renderer = GLRenderer(Mesh(body.faces))
    places = [body.vertices + np.float32([.1 * i, 0, 0]) for i in range(6)]
    expected = [renderer.render(place, ONE, want={'face'}).face for place in places]
    with ThreadPoolExecutor(3) as pool:
        for got, face in zip(pool.map(lambda place: renderer.render(place, ONE, want={'face'}).face, places), expected):
            np.testing.assert_array_equal(got, face)


def test_contexts_are_given_back():
    """Thirty contexts one after the other, closed or dropped, need no more memory than a few: each would hold 20 MB."""
    code = '''
import numpy as np
from ajahr_mm.rendering import Camera, GLRenderer, Mesh
def megabytes():
    return int(open('/proc/self/statm').read().split()[1]) * 4096 >> 20
for i in range(34):
    renderer = GLRenderer(Mesh([[0, 2, 1]]))
    renderer.render(np.float32([[0, 0, 1], [1, 0, 1], [0, 1, 1]]), Camera([99, 99, 0, 0], (512, 512)))
    if i % 2:
        renderer.close()
    if i == 3:
        before = megabytes()
print(megabytes() - before)
'''
    done = subprocess.run([sys.executable, '-W', 'ignore', '-c', code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 150


def test_pictures_too_large_for_the_driver_are_refused():
    with pytest.raises(UserError, match='OpenGL draws at most .* px a side here'):
        GLRenderer(Mesh([[0, 2, 1]])).render(np.ones((3, 3)), Camera([9, 9, 0, 0], (4, 1 << 20)))
