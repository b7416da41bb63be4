"""LaMa through TorchScript, with a toy of the same signature."""
import numpy as np
import pytest
import torch

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS


class Shapes(torch.nn.Module):
    """Paints the hole with what it is given: red the rows / 255, green the columns / 255, blue whether it saw the person."""

    def forward(self, image, mask):
        hidden = (image * mask).abs().sum()
        color = torch.stack([torch.tensor(image.size(2) / 255.), torch.tensor(image.size(3) / 255.), (hidden > 0).float()])
        return torch.where(mask > 0, color.view(1, 3, 1, 1).expand_as(image), image)


class OneInput(torch.nn.Module):
    def forward(self, image):
        return image


class Grey(torch.nn.Module):
    def forward(self, image, mask):
        return image[:, :1]


@pytest.fixture
def make(tmp_path, networks):
    def build(module, **arguments):
        path = networks.save_torchscript(module, tmp_path / 'lama.pt')
        return SYNTHESIS.build(dict(type='LaMaInpainter', weights=str(path), **arguments))
    return build


def test_the_hole_gets_the_networks_answer_and_the_rest_stays(lama_file, scene):
    image, disc, _ = scene
    cleaned = SYNTHESIS.build(dict(type='LaMaInpainter', weights=str(lama_file)))(image, disc)
    np.testing.assert_array_equal(cleaned[~disc], image[~disc])
    np.testing.assert_allclose(cleaned[disc], np.broadcast_to(image[~disc].mean(axis=0), (disc.sum(), 3)), atol=1)


def test_the_network_sees_multiples_of_eight_and_never_the_person(make, scene):
    image, disc, _ = scene
    cleaned = make(Shapes())(image[:101, :93], disc[:101, :93])
    assert (cleaned[disc[:101, :93]] == [104, 96, 0]).all()


def test_large_pictures_are_filled_at_reduced_size(make, scene):
    image, disc, _ = scene
    cleaned = make(Shapes(), longest=80)(image, disc)
    assert cleaned.shape == image.shape and (cleaned[60, 80] == [64, 80, 0]).all()
    np.testing.assert_array_equal(cleaned[~disc], image[~disc])


def test_networks_of_another_signature_are_refused(make):
    with pytest.raises(UserError, match='cannot be used like LaMa'):
        make(OneInput())
    with pytest.raises(UserError, match=r'answers a picture \(1, 3, 64, 64\) with \(1, 1, 64, 64\)'):
        make(Grey())
