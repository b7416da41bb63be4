"""How the fast backend starts, lazily and silently, and what it keeps between calls. Other processes: test_processes.py."""
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from ajahr_mm.rendering import Camera, Mesh, WarpRenderer

pytest.importorskip('warp')


def test_importing_is_lazy_and_rendering_silent():
    code = ('import sys, ajahr_mm.rendering as r; assert "warp" not in sys.modules; import numpy as np;'
            'f = r.make_renderer(r.Mesh([[0, 2, 1]]), "warp"); g = r.make_renderer(r.Mesh([[0, 2, 1]]), "gl");'
            'assert not {"warp", "moderngl"} & set(sys.modules);'
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


def test_pictures_handed_out_are_not_written_again(man):
    """Also after one that was larger, and one of which the later picture covers another part."""
    body, renderer = man(0), WarpRenderer(Mesh(man(0).faces))
    sizes, shifts = [(88, 80), (120, 130), (40, 200), (88, 80)], [0, .2, -.3, .4]
    frames = [renderer.render(body.vertices + np.float32([shift, 0, 0]), Camera([150, 130, 50, 36], size))
              for size, shift in zip(sizes, shifts)]
    for frame, size, shift in zip(frames, sizes, shifts):
        fresh = WarpRenderer(Mesh(body.faces)).render(body.vertices + np.float32([shift, 0, 0]),
                                                      Camera([150, 130, 50, 36], size))
        for name in ('rgb', 'alpha', 'depth', 'face', 'normal'):
            np.testing.assert_array_equal(getattr(frame, name), getattr(fresh, name))


def test_threads_share_a_renderer(man):
    renderer, camera = WarpRenderer(Mesh(man(0).faces)), Camera([450, 430, 150, 136], (288, 280))
    people = [man(pose).vertices for pose in range(8)]
    expected = [renderer.render(vertices, camera) for vertices in people]
    with ThreadPoolExecutor(4) as pool:
        frames = list(pool.map(lambda vertices: renderer.render(vertices, camera), people * 4))
    for i, frame in enumerate(frames):
        np.testing.assert_array_equal(frame.face, expected[i % 8].face)
        np.testing.assert_array_equal(frame.rgb, expected[i % 8].rgb)
