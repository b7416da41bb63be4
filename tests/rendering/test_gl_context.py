"""OpenGL contexts: made late, bound to no thread, named when they cannot be had."""
import ctypes
import subprocess
import sys
from importlib.util import find_spec

import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.rendering.gl_context import open_context


def test_a_new_context_works_and_is_bound_to_no_thread(gl_or_skip):
    current = ctypes.CDLL('libEGL.so.1').eglGetCurrentContext
    current.restype = ctypes.c_void_p
    context = open_context()
    assert current() is None
    with context:
        assert current() is not None
        assert context.buffer(b'read me').read() == b'read me'
    assert current() is None
    context.release()


def test_missing_moderngl_names_the_install_line(monkeypatch):
    monkeypatch.setitem(sys.modules, 'moderngl', None)
    with pytest.raises(ImportError, match=r"pip install 'ajahr_mm\[gl\]'"):
        open_context()


def test_missing_system_libraries_are_named(monkeypatch):
    moderngl = pytest.importorskip('moderngl', reason='moderngl is not installed: bash tools/setup_gl.sh')

    def fail(**kwargs):
        raise Exception('libEGL.so.1 not loaded')
    monkeypatch.setattr(moderngl, 'create_context', fail)
    with pytest.raises(UserError, match=r'\(libEGL.so.1 not loaded\): .*apt-get install libegl1 libgl1') as refusal:
        open_context()
    assert '\n' not in str(refusal.value)


def test_triton_can_be_imported_after_drawing(gl_or_skip):
    """Mesa's LLVM and triton's are different ones in one process: without care this is a segmentation fault."""
    if find_spec('triton') is None:
        pytest.skip('triton is not installed')
    code = 'from ajahr_mm.rendering.gl_context import open_context; open_context(); import triton'
    done = subprocess.run([sys.executable, '-W', 'ignore', '-c', code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
