"""Renderers in other processes: forked after the parent has rendered, or spawned with a pickled renderer."""
import multiprocessing
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
import torch

from ajahr_mm.io.errors import UserError
from ajahr_mm.rendering import Camera, Mesh, make_renderer
from ajahr_mm.rendering.processes import one_thread_if_forked

CAMERA = Camera([[215, 200, 70, 60], [230, 240, 60, 66]], (128, 120))
#: A child that hangs is given up after so many seconds; one that works starts and renders in a few.
PATIENCE = 120


def in_fork(call, *args):
    """``call(*args)`` in a forked process; its exceptions are raised here."""
    with multiprocessing.get_context('fork').Pool(1) as pool:
        return pool.apply_async(call, args).get(timeout=PATIENCE)


@pytest.fixture
def scene(man):
    body = man(0)
    return Mesh(body.faces), np.stack([body.vertices, man(1).vertices])


@pytest.fixture
def two_threads():
    """torch with two threads that have worked, as in any program that does not restrict them."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    torch.rand(1 << 20).add(1).sum()
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize('name', ['warp', 'torch'])
def test_renders_after_a_fork_from_a_parent_with_busy_threads(scene, two_threads, name):
    if name == 'warp':
        pytest.importorskip('warp')
    mesh, vertices = scene
    renderer = make_renderer(mesh, name)
    # Large enough for torch to share the work among its threads, which the child no longer has.
    vertices = np.concatenate([vertices] * 8)
    camera = Camera(CAMERA.K.repeat(8, 1), CAMERA.size)
    expected = renderer.render(vertices, camera, want={'face'})
    frame = in_fork(renderer.render, vertices, camera, None, {'face'})
    np.testing.assert_array_equal(frame.face, expected.face)


def test_opengl_after_a_fork_is_refused_in_one_sentence(scene, gl_or_skip):
    mesh, vertices = scene
    used, fresh = make_renderer(mesh, 'gl'), make_renderer(mesh, 'gl')
    used.render(vertices, CAMERA)
    for renderer in (used, fresh):
        with pytest.raises(UserError, match="OpenGL does not survive a fork: start the workers with 'spawn'"):
            in_fork(renderer.render, vertices, CAMERA)
    assert used.render(vertices, CAMERA).mask.any(), 'the parent goes on'


def test_a_forked_child_may_close_and_drop_what_belongs_to_its_parent(scene, gl_or_skip):
    mesh, vertices = scene
    renderer = make_renderer(mesh, 'gl')
    before = renderer.render(vertices, CAMERA)
    child = os.fork()
    if child == 0:
        signal.alarm(PATIENCE)  # ends a child that hangs
        renderer.close()
        del renderer
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    np.testing.assert_array_equal(renderer.render(vertices, CAMERA).rgb, before.rgb)


def test_opengl_works_in_a_fork_made_before_the_first_picture(gl_or_skip):
    code = '''
import multiprocessing
import numpy as np
from ajahr_mm.rendering import Camera, Mesh, make_renderer
renderer = make_renderer(Mesh([[0, 2, 1]]), 'gl')
place = np.float32([[0, 0, 1], [1, 0, 1], [0, 1, 1]]), Camera([9, 9, 0, 0], (8, 8))
with multiprocessing.get_context('fork').Pool(1) as pool:
    print(pool.apply_async(renderer.render, place).get(timeout=60).mask.sum())
print(renderer.render(*place).mask.sum())
'''
    done = subprocess.run([sys.executable, '-W', 'ignore', '-c', code], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    child, parent = map(int, done.stdout.split())
    assert child == parent > 20


@pytest.fixture(scope='module')
def spawned():
    with multiprocessing.get_context('spawn').Pool(1) as pool:
        yield pool


def test_renders_in_a_spawned_process(scene, backend, spawned):
    mesh, vertices = scene
    renderer = make_renderer(mesh, backend)
    expected = renderer.render(vertices, CAMERA)
    frame = spawned.apply_async(renderer.render, (vertices, CAMERA)).get(timeout=PATIENCE)
    for name in ('rgb', 'alpha', 'depth', 'face', 'normal'):
        np.testing.assert_array_equal(getattr(frame, name), getattr(expected, name))


def test_a_child_gets_its_threads_back(monkeypatch, two_threads):
    with one_thread_if_forked():
        assert torch.get_num_threads() == 2, 'at home nothing changes'
    monkeypatch.setattr('ajahr_mm.rendering.processes._HOME', os.getpid() + 1)
    with pytest.raises(KeyError), one_thread_if_forked():
        assert torch.get_num_threads() == 1
        raise KeyError
    assert torch.get_num_threads() == 2


def test_drawing_on_the_cpu_starts_nothing_on_a_gpu(scene, backend):
    if torch.cuda.is_initialized():
        pytest.skip('another test has used the GPU')
    mesh, vertices = scene
    make_renderer(mesh, backend).render(vertices, CAMERA)
    assert not torch.cuda.is_initialized()
