"""The fast backend's z-buffer, to the bit that of the reference."""
import numpy as np
import pytest

from ajahr_mm.rendering import Camera, Mesh, TorchRenderer, WarpRenderer

pytest.importorskip('warp')


@pytest.mark.parametrize('two_sided', [False, True])
@pytest.mark.parametrize('samples', [1, 2, 5])
def test_depth_and_faces_are_to_the_bit_those_of_torch(man, samples, two_sided):
    bodies = [man(pose) for pose in range(3)]
    vertices = np.stack([body.vertices for body in bodies])
    vertices[1] = vertices[1] * [1, 1, .5] + [.3, 0, 0]  # partly outside
    vertices[2, :, 2] -= 2.5  # partly behind the camera
    camera = Camera([[215, 200, 70, 60], [230, 240, 60, 66], [40, 50, 61.5, 62]], (128, 120))
    faces = bodies[0].faces[::2] if two_sided else bodies[0].faces
    hide = np.random.default_rng(samples).random((3, len(faces))) > .05
    fast, slow = (kind(Mesh(faces), samples=samples, two_sided=two_sided, ids_at='sample').render(
        vertices, camera, want={'depth', 'face', 'rgb'}, face_mask=hide) for kind in (WarpRenderer, TorchRenderer))
    assert (fast.mask.sum((1, 2)) > 200).all()
    for name in ('depth', 'face', 'alpha'):
        np.testing.assert_array_equal(getattr(fast, name), getattr(slow, name))


@pytest.mark.parametrize('shares', [(3, 1, 1), (1, 7, 5)])
def test_the_work_may_be_shared_among_threads_as_one_likes(man, texture, monkeypatch, shares):
    """A face and a pixel for a thread, as on a GPU, draw what a CPU's one thread for all draws."""
    body = man(1)
    mesh = Mesh(body.faces, uv=body.uv, uv_faces=body.uv_faces, texture=texture)
    scene = np.stack([man(pose).vertices for pose in range(3)]), Camera([95, 88, 31, 40], (70, 61))
    expected = WarpRenderer(mesh).render(*scene)
    monkeypatch.setattr(WarpRenderer, 'shares', lambda self, batch, width: shares)
    frame = WarpRenderer(mesh).render(*scene)
    assert (frame.mask.sum((1, 2)) > 200).all()
    for name in ('rgb', 'alpha', 'depth', 'face', 'normal'):
        np.testing.assert_array_equal(getattr(frame, name), getattr(expected, name))
