"""How the fast backend starts: lazily and silently. Other processes: test_processes.py."""
import subprocess
import sys

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
