import numpy as np
import torch
import torch.nn.functional as F

from ajahr_mm.rendering.torch_shading import sample_texture, smooth_normals
from ajahr_mm.rendering.torch_renderer import TorchRenderer
from ajahr_mm.rendering import Mesh


def test_texture_is_sampled_as_grid_sample_does():
    generator = torch.Generator().manual_seed(0)
    texture = torch.randint(0, 256, (2, 9, 13, 3), dtype=torch.uint8, generator=generator)
    uv = torch.rand(2, 200, 2, generator=generator) * 1.2 - .1
    image = torch.arange(2).repeat_interleave(200)
    ours = sample_texture(texture, image, uv.reshape(-1, 2)).view(2, 200, 3)
    theirs = F.grid_sample(texture.permute(0, 3, 1, 2) / 255., uv[:, None] * 2 - 1, mode='bilinear',
                           padding_mode='border', align_corners=False)[:, :, 0].transpose(1, 2)
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-5)


def test_normals_are_the_area_weighted_sum_of_a_plain_loop(man):
    body = man(2)
    renderer = TorchRenderer(Mesh(body.faces))
    got = smooth_normals(torch.from_numpy(body.vertices)[None], renderer.faces, renderer.rounds)[0].numpy()
    expected = np.zeros_like(body.vertices, dtype=np.float64)
    for face in body.faces:
        a, b, c = np.float64(body.vertices[face])
        expected[face] += np.cross(b - a, c - a)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(got, expected, atol=2e-4)


def test_collapsed_neighbourhoods_have_no_normal_but_no_nan_either():
    vertices = torch.zeros(1, 4, 3)
    vertices[0, 3] = float('inf')
    renderer = TorchRenderer(Mesh([[0, 1, 2], [1, 2, 3]]))
    assert (smooth_normals(vertices, renderer.faces, renderer.rounds) == 0).all()
