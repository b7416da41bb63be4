"""What is taken out of a mesh, what stays, and what is none."""
import numpy as np
import pytest
import trimesh

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.meshes.cleaning import check_mesh, clean_mesh, contract, vertex_normals


def test_a_clean_mesh_is_left_alone(capsule):
    for ours, given in zip(clean_mesh(*capsule), capsule):
        np.testing.assert_array_equal(ours, given)


def test_faces_that_lie_back_to_back_go_in_pairs(capsule):
    vertices, faces, _ = capsule
    folds = np.array([[3, 50, 90], [50, 3, 90], [7, 20, 60], [20, 60, 7][::-1]])
    _, cleaned, _ = clean_mesh(vertices, np.concatenate([folds[:2], faces, folds[2:]]))
    np.testing.assert_array_equal(cleaned, faces)


def test_a_contraction_names_the_faces_it_keeps(capsule):
    vertices, faces, _ = capsule
    vertices = vertices.copy()
    vertices[vertices[:, 1] < 0.5] = [0, 0.5, 0]
    left = contract(vertices, faces)
    assert 0 < len(left.kept) < len(faces)
    # The same places: only vertices that had fallen together were renamed.
    np.testing.assert_array_equal(vertices[left.vertices][left.faces], vertices[faces[left.kept]])
    assert trimesh.Trimesh(vertices[left.vertices], left.faces, process=False).is_watertight


def test_normals_are_those_of_trimesh(capsule):
    vertices, faces, _ = capsule
    mesh = trimesh.Trimesh(vertices, faces, process=False)
    weighted = trimesh.geometry.weighted_vertex_normals(len(vertices), faces, mesh.face_normals, mesh.area_faces[:, None]
                                                        .repeat(3, 1))
    np.testing.assert_allclose(vertex_normals(vertices, faces), weighted, atol=1e-4)


@pytest.mark.parametrize('break_it, words', [
    (lambda v, f, c: (v[:, :2], f, c), r'vertices \(V,3\)'),
    (lambda v, f, c: ('no', f, c), 'of numbers'),
    (lambda v, f, c: (v, f[:, :2], c), r'faces \(F,3\)'),
    (lambda v, f, c: (v, f.astype(float), c), 'integers'),
    (lambda v, f, c: (v, f[:0], c), 'no face'),
    (lambda v, f, c: (v, f + len(v), c), 'faces name others'),
    (lambda v, f, c: (v, f - 1, c), 'faces name others'),
    (lambda v, f, c: (np.full_like(v, np.nan), f, c), 'not finite'),
    (lambda v, f, c: (v, f, c[:-1]), 'colors'),
    (lambda v, f, c: (v, f, c * np.inf), 'colors that are not finite'),
])
def test_what_is_no_mesh_is_refused(capsule, break_it, words):
    with pytest.raises(UserError, match=words):
        check_mesh(*break_it(*capsule))


def test_a_mesh_that_is_but_a_point_is_refused(capsule):
    with pytest.raises(UserError, match='no face with an area'):
        clean_mesh(np.zeros_like(capsule[0]), capsule[1])
