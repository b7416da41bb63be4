"""The fast backend's pictures against the reference's."""
import numpy as np
import pytest

from ajahr_mm.rendering import Camera, Light, Mesh, TorchRenderer, WarpRenderer

pytest.importorskip('warp')
CAMERA = Camera([[215, 200, 70, 60], [230, 240, 60, 66]], (128, 120))


def both(body, skin, samples=2, ids_at='center', **kwargs):
    mesh = Mesh(body.faces, uv=body.uv, uv_faces=body.uv_faces, texture=skin)
    return [kind(mesh, samples=samples, ids_at=ids_at).render(camera=CAMERA, **kwargs)
            for kind in (WarpRenderer, TorchRenderer)]


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
    assert_same(*both(bodies[0], texture, samples, 'sample', vertices=vertices, texture=other, light=Light.unlit(),
                      vertex_color=paint))


def test_agrees_with_torch_on_two_sided_open_surfaces(man):
    body = man(3)
    mesh = Mesh(body.faces[::2])
    vertices = np.stack([body.vertices] * 2)
    assert_same(*(kind(mesh, two_sided=True).render(vertices, CAMERA) for kind in (WarpRenderer, TorchRenderer)))
