"""An OpenGL context without a window: made in the process that renders, refused after a fork."""
import os
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Optional

from ajahr_mm.io.errors import UserError

#: Process in which this module first made a context.
_first: Optional[int] = None


def refuse_fork() -> None:
    """UserError in a child that was forked after its parent had rendered with OpenGL: drivers hang there for good."""
    if _first not in (None, os.getpid()):
        raise UserError("OpenGL does not survive a fork: start the workers with 'spawn' (a DataLoader takes "
                        "multiprocessing_context='spawn'), or take the renderer 'warp'")


def open_context() -> Any:
    """A new ``moderngl.Context`` over EGL, bound to no thread: work in it under ``with context``.

    EGL picks the first GPU, or Mesa's software rasteriser; ``GLCONTEXT_DEVICE_INDEX`` picks another device.
    Raises ImportError without moderngl; UserError after a fork or where EGL or its driver is missing.
    """
    global _first
    refuse_fork()
    try:
        import moderngl
    except ImportError:
        raise ImportError("the gl renderer needs moderngl: pip install 'ajahr_mm[gl]' (or: pip install moderngl), or "
                          "take the renderer 'warp'") from None
    _load_triton()
    try:
        # With sonames no compiler and no ldconfig is asked where the libraries are.
        context = moderngl.create_context(require=330, standalone=True, backend='egl', libgl='libGL.so.1',
                                          libegl='libEGL.so.1')
    except Exception as error:  # moderngl and glcontext raise plain Exception
        raise UserError(f"no OpenGL 3.3 context can be made here ({error}): on Debian or Ubuntu apt-get install libegl1 "
                        "libgl1, in a GPU container allow 'graphics' in NVIDIA_DRIVER_CAPABILITIES, or take the "
                        "renderer 'warp'") from None
    _first = os.getpid()
    context.__exit__(None, None, None)  # a new context is bound to this thread; let go, so that any thread may use it
    return context


def _load_triton() -> None:
    """Loads triton, which torch.compile and profilers use, before OpenGL where it is installed (0.2 s).

    Mesa's software rasteriser shows its LLVM to the whole process. triton brings another LLVM and lets its names be taken
    by those already there: loaded after Mesa it crashes the process, loaded before it works.
    """
    if find_spec('triton') is not None:
        with suppress(ImportError):
            import_module('triton')
