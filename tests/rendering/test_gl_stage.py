import numpy as np
import pytest

from ajahr_mm.rendering import Camera, GLRenderer, Mesh

pytestmark = pytest.mark.usefixtures('gl_or_skip')


def test_colour_is_the_mean_of_the_covered_samples(man):
    """Odd samples are a finer picture, averaged: straight colour of what is covered, and coverage."""
    body = man(0)
    paint = np.random.default_rng(0).integers(0, 256, body.vertices.shape, dtype=np.uint8)
    mesh = Mesh(body.faces, vertex_color=paint)
    K = np.float32([70, 64, 30, 34])
    small = GLRenderer(mesh, samples=3).render(body.vertices, Camera(K, (60, 64)), want={'rgb'})
    large = GLRenderer(mesh, samples=1).render(body.vertices, Camera(K * 3, (180, 192)), want={'rgb'})
    covered = (large.alpha[0] > 0).reshape(60, 3, 64, 3).sum((1, 3))
    total = large.rgb[0].astype(float).reshape(60, 3, 64, 3, 3).sum((1, 3))
    np.testing.assert_allclose(small.alpha[0], covered / 9 * 255, atol=.51)
    np.testing.assert_allclose(small.rgb[0], total / np.maximum(covered, 1)[..., None], atol=1.01)
    assert len(np.unique(small.alpha)) > 5


def test_multisampling_gives_four_steps_of_coverage(man):
    body = man(0)
    frame = GLRenderer(Mesh(body.faces), samples=2).render(body.vertices, Camera([70, 64, 30, 34], (60, 64)), want={'rgb'})
    assert np.unique(frame.alpha).tolist() == [0, 64, 128, 191, 255]
