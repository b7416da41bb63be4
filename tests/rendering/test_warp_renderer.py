"""How the fast backend starts: lazily, silently, in any process."""
import multiprocessing
import pickle
import subprocess
import sys

import numpy as np
import pytest

from ajahr_mm.rendering import Camera, Mesh, WarpRenderer

pytest.importorskip('warp')
CAMERA = Camera([[215, 200, 70, 60], [230, 240, 60, 66]], (128, 120))


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
