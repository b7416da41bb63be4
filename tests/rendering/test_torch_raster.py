import numpy as np
import pytest
import torch

from ajahr_mm.rendering import Camera, Mesh, make_renderer, torch_raster
from ajahr_mm.rendering.torch_raster import surface_points


def test_weights_are_those_of_a_linear_solve():
    draw = np.random.default_rng(0)
    corners = draw.uniform(0, 20, (50, 3, 3))
    inner = draw.dirichlet([1, 1, 1], 50)
    spot = (inner[:, None] @ corners[..., :2])[:, 0]
    weight, inverse, inside = surface_points(*(torch.from_numpy(x) for x in (corners, spot[:, 0], spot[:, 1])))
    assert inside.all()
    np.testing.assert_allclose(weight, inner, atol=1e-9)
    np.testing.assert_allclose(inverse, (inner * corners[..., 2]).sum(1), atol=1e-9)


@pytest.mark.parametrize('chunk', [1, 1000])
def test_chunks_do_not_show(man, monkeypatch, chunk):
    body = man(1)
    renderer, camera = make_renderer(Mesh(body.faces), 'torch'), Camera([40, 40, 16, 16], (32, 32))
    whole = renderer.render(body.vertices, camera, want={'face'}).face
    monkeypatch.setattr(torch_raster, 'CHUNK', chunk)
    np.testing.assert_array_equal(renderer.render(body.vertices, camera, want={'face'}).face, whole)
