import numpy as np

from ajahr_mm.synthesis.appearance.openness import vertex_openness
from ajahr_mm.synthesis.appearance.points import vertex_normals


def sphere(center) -> tuple:
    import trimesh
    ball = trimesh.creation.icosphere(subdivisions=2, radius=.1)
    return ball.vertices.astype(np.float32) + np.array(center, np.float32), np.asarray(ball.faces)


def test_a_lone_ball_is_open_and_two_balls_hide_each_other():
    first, faces = sphere((0, 0, 0))
    second, _ = sphere((.21, 0, 0))
    alone = vertex_openness(first, vertex_normals(first, faces), faces)
    assert alone.min() > .98
    both, both_faces = np.concatenate([first, second]), np.concatenate([faces, faces + len(first)])
    openness = vertex_openness(both, vertex_normals(both, both_faces), both_faces)[:len(first)]
    near, far = first[:, 0].argmax(), first[:, 0].argmin()
    assert openness[near] < .75 and openness[far] > .98


def test_armpits_crotch_and_mouth_are_darker_than_forehead_and_shins(surface, canvas):
    openness = canvas.vertices.openness[:, 0]
    figure = canvas.figure
    crotch = openness[surface.near([0, figure.crotch + .01, figure.trunk_depth], .05)].mean()
    forehead = openness[surface.near([0, figure.eye[1] + .05, figure.eye[2]], .03)].mean()
    shins = openness[surface.near(figure.knee - [0, .2, -.05], .05)].mean()
    assert crotch < .7 * min(forehead, shins)
