import numpy as np
import torch

from ajahr_mm.rendering import Camera, Mesh, TorchRenderer


def test_rounds_visit_every_corner_once(man):
    body = man()
    renderer = TorchRenderer(Mesh(body.faces))
    visits = torch.cat([torch.stack(pair, 1) for pair in renderer.rounds]).tolist()
    corners = [[vertex, face] for face, corner in enumerate(body.faces.tolist()) for vertex in corner]
    assert sorted(visits) == sorted(corners)


def test_colour_is_the_mean_of_the_samples(man, texture):
    """Supersampling equals rendering a finer picture and averaging it, silhouettes by coverage."""
    body = man(0)
    mesh = Mesh(body.faces, uv=body.uv, uv_faces=body.uv_faces, texture=texture)
    K = np.float32([70, 64, 30, 34])
    small = TorchRenderer(mesh, samples=3).render(body.vertices, Camera(K, (60, 64)), want={'rgb'})
    large = TorchRenderer(mesh, samples=1).render(body.vertices, Camera(K * 3, (180, 192)), want={'rgb'})
    covered = (large.alpha[0] > 0).reshape(60, 3, 64, 3).sum((1, 3))
    total = large.rgb[0].astype(float).reshape(60, 3, 64, 3, 3).sum((1, 3))
    np.testing.assert_allclose(small.alpha[0], covered / 9 * 255, atol=.51)
    np.testing.assert_allclose(small.rgb[0], total / np.maximum(covered, 1)[..., None], atol=1.01)
    assert len(np.unique(small.alpha)) > 5
