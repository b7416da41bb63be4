import numpy as np
import trimesh

from ajahr_mm.synthesis.lighting.normals import VertexNormals


def test_normals_of_a_sphere_point_away_from_its_middle_wherever_it_is():
    sphere = trimesh.creation.icosphere(4)
    normals = VertexNormals(sphere.faces, len(sphere.vertices))
    for middle in ([0, 0, 0], [3, -1, 40]):
        found = normals((sphere.vertices + middle)[None].astype(np.float32))[0]
        np.testing.assert_allclose(found, sphere.vertices, atol=.01)


def test_agrees_with_trimesh_and_turns_with_the_mesh(surface):
    normals = VertexNormals(surface.faces, len(surface.rest))
    mesh = trimesh.Trimesh(surface.rest, surface.faces, process=False)
    summed = np.zeros((len(surface.rest), 3))
    for corner in range(3):
        np.add.at(summed, surface.faces[:, corner], mesh.face_normals * mesh.area_faces[:, None])
    expected = summed / np.maximum(np.linalg.norm(summed, axis=1, keepdims=True), 1e-12)
    turn = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0]], np.float32)
    found = normals(np.stack([surface.rest, surface.rest @ turn.T]))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[0], expected, atol=2e-3)
    np.testing.assert_allclose(found[1], found[0] @ turn.T, atol=1e-4)


def test_what_has_collapsed_has_no_normal():
    normals = VertexNormals(np.array([[0, 1, 2]]), 3)(np.ones((1, 3, 3), np.float32))
    np.testing.assert_array_equal(normals, 0)
