import numpy as np
import pytest
import torch

from ajahr_mm.io.errors import UserError
from ajahr_mm.rendering import Camera, Frame, Mesh

CAMERA = Camera([10, 10, 1, 1], (2, 2))
MESH = Mesh([[0, 1, 2], [0, 2, 3]], face_part=[200, 5], face_instance=[0, 1])
FACE = np.array([[[-1, 0], [1, 1]]], np.int32)


@pytest.mark.parametrize('face', [FACE, torch.from_numpy(FACE)], ids=['numpy', 'torch'])
def test_ids_become_mask_part_and_instance_of_the_same_kind(face):
    frame = Frame(CAMERA, MESH, face=face)
    for value, expected in ((frame.mask, [[False, True], [True, True]]), (frame.part, [[-1, 200], [5, 5]]),
                            (frame.instance, [[-1, 0], [1, 1]])):
        assert type(value) is type(face) and value[0].tolist() == expected


def test_numpy_turns_every_buffer_over():
    frame = Frame(CAMERA, MESH, face=torch.from_numpy(FACE), depth=torch.ones(1, 2, 2)).numpy()
    assert isinstance(frame.face, np.ndarray) and isinstance(frame.depth, np.ndarray) and frame.rgb is None


def test_missing_buffers_and_tables_are_named():
    with pytest.raises(UserError, match="want including 'face'"):
        Frame(CAMERA, MESH).mask
    with pytest.raises(UserError, match='no face_part'):
        Frame(CAMERA, Mesh([[0, 1, 2]]), face=FACE).part
