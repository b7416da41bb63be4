"""The fast backend against the reference, in one process and across processes."""
import multiprocessing
import pickle
import subprocess
import sys

import numpy as np
import pytest

from ajahr_mm.rendering import Camera, Light, Mesh, TorchRenderer, WarpRenderer

pytest.importorskip('warp')
CAMERA = Camera([[215, 200, 70, 60], [230, 240, 60, 66]], (128, 120))


def both(body, skin, samples=2, **kwargs):
    mesh = Mesh(body.faces, uv=body.uv, uv_faces=body.uv_faces, texture=skin)
    return [kind(mesh, samples=samples).render(camera=CAMERA, **kwargs) for kind in (WarpRenderer, TorchRenderer)]


def assert_same(fast, slow):
    assert (fast.mask != slow.mask).sum() <= 2
    common = fast.mask & slow.mask
    assert common.sum() > 1000
    assert (fast.face == slow.face)[common].mean() >= .998
    assert np.percentile(np.abs(fast.depth - slow.depth)[common], 99) <= 5e-5
    assert np.percentile(np.abs(fast.normal - slow.normal)[common], 99) <= 1e-3
    assert (np.abs(fast.alpha.astype(int) - slow.alpha) > 0).sum() <= 4
    error = ((fast.rgb.astype(float) - slow.rgb)[slow.alpha > 0] ** 2).mean()
    assert 10 * np.log10(255 ** 2 / max(error, 1e-9)) >= 30


@pytest.mark.parametrize('samples', [1, 2, 3])
def test_agrees_with_torch(man, texture, samples):
    bodies = [man(2 * samples), man(2 * samples + 1)]
    vertices = np.stack([body.vertices for body in bodies])
    light = Light([[-.5, -.5, -.7], [.6, .1, -1]], (.3, .4, .5), [[.6, .5, .4], [.2, .9, .3]])
    paint = np.random.default_rng(0).integers(0, 256, vertices.shape, dtype=np.uint8)
    hide = np.random.default_rng(1).random((2, len(bodies[0].faces))) > .1
    assert_same(*both(bodies[0], texture, samples, vertices=vertices, light=light, vertex_color=paint,
                      face_mask=hide))
    other = np.stack([texture, texture[::-1]])
    assert_same(*both(bodies[0], texture, samples, vertices=vertices, texture=other))


def test_agrees_with_torch_on_two_sided_open_surfaces(man):
    body = man(3)
    mesh = Mesh(body.faces[::2])
    vertices = np.stack([body.vertices] * 2)
    assert_same(*(kind(mesh, two_sided=True).render(vertices, CAMERA) for kind in (WarpRenderer, TorchRenderer)))


def test_agrees_with_torch_on_spoilt_vertices(man, texture):
    vertices = np.stack([man(4).vertices, man(5).vertices])
    vertices[0, ::40, 1], vertices[1, ::50, 2] = np.nan, np.inf
    assert_same(*both(man(4), texture, vertices=vertices))


def _face_ids(renderer, vertices, queue):
    queue.put(renderer.render(vertices, CAMERA, want={'face'}).face)


@pytest.mark.parametrize('method', ['fork', 'spawn'])
def test_renders_in_a_child_after_the_parent_has_rendered(man, method):
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f'no {method} here')
    body = man(0)
    vertices = np.stack([body.vertices] * 2)
    renderer = WarpRenderer(Mesh(body.faces))
    expected = renderer.render(vertices, CAMERA, want={'face'}).face
    if method == 'spawn':  # the pickled renderer is all that a spawned worker gets
        np.testing.assert_array_equal(
            pickle.loads(pickle.dumps(renderer)).render(vertices, CAMERA, want={'face'}).face, expected)
        return
    context = multiprocessing.get_context('fork')
    queue = context.Queue()
    child = context.Process(target=_face_ids, args=(renderer, vertices, queue))
    child.start()
    np.testing.assert_array_equal(queue.get(timeout=30), expected)
    child.join(10)


def test_importing_is_lazy_and_rendering_silent():
    code = ('import sys, ajahr_mm.rendering as r; assert "warp" not in sys.modules; import numpy as np;'
            'f = r.make_renderer(r.Mesh([[0, 2, 1]]), "warp"); assert "warp" not in sys.modules;'
            'f.render(np.float32([[0, 0, 1], [1, 0, 1], [0, 1, 1]]), r.Camera([9, 9, 0, 0], (8, 8)))')
    done = subprocess.run([sys.executable, '-W', 'ignore', '-c', code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout == '' and done.stderr == ''


def test_missing_warp_names_the_install_line(monkeypatch):
    from ajahr_mm.rendering import warp_renderer
    monkeypatch.setitem(sys.modules, 'warp', None)
    warp_renderer.start_warp.cache_clear()
    with pytest.raises(ImportError, match='pip install'):
        WarpRenderer(Mesh([[0, 2, 1]])).render(np.zeros((3, 3)), Camera([9, 9, 0, 0], (8, 8)))
    warp_renderer.start_warp.cache_clear()
