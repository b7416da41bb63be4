"""Texture seams: doubled where needed, with the normals of the closed mesh."""
import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.meshes.surface import make_surface


def test_seams_double_vertices_and_keep_places_normals_and_texture(cube):
    vertices, faces, uv, uv_faces = cube
    whole = make_surface(vertices, faces, vertices + .5, uv, uv_faces)
    split = whole.split_at_seams()
    pairs = {(v, t) for v, t in zip(faces.ravel(), uv_faces.ravel())}
    assert len(split.vertices) == len(pairs) > len(vertices)
    np.testing.assert_array_equal(split.vertices[split.faces], vertices[faces])
    np.testing.assert_array_equal(split.uv[split.faces], uv[uv_faces])
    np.testing.assert_array_equal(split.colors[split.faces], (vertices + .5)[faces])
    np.testing.assert_array_equal(split.normals, whole.normals[split.source])


def test_without_texture_nothing_is_split(capsule):
    surface = make_surface(*capsule)
    assert surface.split_at_seams() is surface
    np.testing.assert_array_equal(surface.source, np.arange(len(capsule[0])))


def test_texture_corners_of_dropped_faces_go(cube):
    vertices, faces, uv, uv_faces = cube
    lone = np.concatenate([uv, [[.5, .5]]])
    corners = np.concatenate([uv_faces, [[4, 4, 4]]])
    surface = make_surface(vertices, np.concatenate([faces, [[0, 0, 1]]]), None, lone, corners)
    assert len(surface.faces) == len(faces) and len(surface.uv) == len(uv)
    np.testing.assert_array_equal(surface.uv[surface.uv_faces], uv[uv_faces])


@pytest.mark.parametrize('change, words', [
    (lambda uv, f: (uv[:, :1], f), r'shape \(T,2\)'), (lambda uv, f: (uv * np.nan, f), 'finite'),
    (lambda uv, f: (uv, f[:-1]), 'do not fit'), (lambda uv, f: (uv, f + 1), 'name others'),
    (lambda uv, f: (uv[:3], None), 'name others')])
def test_texture_coordinates_that_do_not_fit(cube, change, words):
    vertices, faces, uv, uv_faces = cube
    uv, uv_faces = change(uv, uv_faces)
    with pytest.raises(UserError, match=words):
        make_surface(vertices, faces, None, uv, uv_faces)
