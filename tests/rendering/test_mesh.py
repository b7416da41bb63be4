import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.rendering import Mesh

TRIANGLE = np.array([[0, 1, 2]])
UV = np.zeros((3, 2))


def test_incidence_lists_every_corner_once_and_in_face_order(man):
    body = man()
    start, index = Mesh(body.faces).incidence()
    for vertex in range(0, len(body.vertices), 17):
        expected = np.nonzero((body.faces == vertex).any(1))[0]
        np.testing.assert_array_equal(index[start[vertex]:start[vertex + 1]], expected)
    assert start[-1] == 3 * len(body.faces)


def test_repeat_numbers_the_people():
    crowd = Mesh(TRIANGLE, uv=UV, face_part=[7]).repeat(3)
    assert crowd.faces.tolist() == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    assert crowd.uv_faces.tolist() == [[0, 1, 2]] * 3
    assert crowd.face_instance.tolist() == [0, 1, 2] and crowd.face_part.tolist() == [7, 7, 7]


@pytest.mark.parametrize('fields, said', [
    (dict(faces=np.zeros((0, 3), int)), 'faces is empty'),
    (dict(faces=[[0, 1, -1]]), 'faces names entry -1, but counts from 0'),
    (dict(faces=[[0., 1., 2.]]), 'faces must be integers'),
    (dict(faces=[[0, 1, 2, 3]]), r'faces must be integers of shape \(F, 3\)'),
    (dict(faces=TRIANGLE, uv=UV, uv_faces=[[0, 1, 3]]), 'uv_faces names entry 3 of a table of 3'),
    (dict(faces=TRIANGLE, uv=UV, uv_faces=[[0, 1, 2]] * 2), 'uv_faces has 2 rows'),
    (dict(faces=TRIANGLE, texture=np.zeros((4, 4, 3), np.uint8)), 'need Mesh.uv'),
    (dict(faces=TRIANGLE, uv=np.zeros((3, 3))), 'uv must have shape'),
    (dict(faces=TRIANGLE, uv=UV * np.nan), 'uv holds numbers that are not finite'),
    (dict(faces=TRIANGLE, face_part=[1, 2]), 'face_part must have shape'),
])
def test_refusals(fields, said):
    with pytest.raises(UserError, match=said):
        Mesh(**fields)
