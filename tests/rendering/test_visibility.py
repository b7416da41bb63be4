import numpy as np
import pytest
import torch

from ajahr_mm.rendering import Camera, Mesh, make_renderer, occluded

CAMERA = Camera([100, 80, 30, 20], (60, 80))
#: A wall at 2 m that covers the left half of the view.
WALL = np.float32([[-2, -2, 2], [.2, -2, 2], [.2, 2, 2], [-2, 2, 2]])
POINTS = {'in front': (-.1, 0, 1.), 'just behind': (-.1, 0, 2.05), 'far behind': (-.1, 0, 3.),
          'beside the wall': (.8, 0, 4.), 'outside the picture': (-5, 0, 3.), 'behind the camera': (-.1, 0, -1.)}


@pytest.fixture
def frame(backend):
    return make_renderer(Mesh([[0, 2, 1], [0, 3, 2]]), backend).render(WALL[None], CAMERA, want={'depth'})


def test_only_what_lies_behind_the_wall_is_occluded(frame):
    hidden = occluded(frame, np.array([list(POINTS.values())], np.float32), tol=.1)
    assert dict(zip(POINTS, hidden[0])) == {name: name == 'far behind' for name in POINTS}


def test_tolerance_can_differ_from_point_to_point(frame):
    points = np.float32([[(-.1, 0, 2.05)] * 2])
    assert occluded(frame, points, tol=[.01, .1]).tolist() == [[True, False]]


def test_kind_and_batch_follow_the_points(frame):
    hidden = occluded(frame, torch.tensor([[-.1, 0, 3.]]))
    assert isinstance(hidden, torch.Tensor) and hidden.tolist() == [[True]]
