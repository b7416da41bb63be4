from dataclasses import replace

import numpy as np

from ajahr_mm.synthesis.appearance.figure import Figure, reach_in_metres


def test_landmarks_are_in_order_from_sole_to_crown(canvas):
    figure = canvas.figure
    heights = [figure.sole, figure.ankle[1], figure.knee[1], figure.crotch, figure.hips, figure.waist, figure.armpit,
               figure.neck[1], figure.mouth, figure.nose[1], figure.eye[1], figure.crown]
    assert (np.diff(heights) > 0).all()
    assert .95 < figure.scale < 1.05 and figure.shoulder[0] > 0 and figure.ear[0] > 0


def test_cloth_coordinates_tell_front_from_back_and_arms_from_legs(canvas):
    points = canvas.vertices
    region, around = points.field('region'), points.field('around')
    assert (region[points.arm > .1] == 1).all() and (region[points.leg > .1] == 2).all() and (region == 0).any()
    trunk = (region == 0) & points.is_part('spine1', 'spine2') & (abs(points.x) < .03)
    front = points.normal[..., 2] > .5
    assert abs(around[trunk & front]).max() < .1 and abs(around[trunk & (points.normal[..., 2] < -.5)]).min() > .4


def test_spread_grows_away_from_the_neck(canvas):
    points, figure = canvas.vertices, canvas.figure
    spread = points.field('spread')
    assert spread[points.is_part('spine1')].min() > spread[points.is_part('neck')].max()


def test_reach_is_in_metres(canvas):
    figure, points = canvas.figure, canvas.vertices
    wrist = (abs(points.arm - 2) < .02) & (points.x > 0)
    length = np.linalg.norm(figure.wrist - figure.shoulder)
    assert abs(reach_in_metres(figure, points, 'arm')[wrist] - length).max() < .02


def test_a_face_without_landmarks_is_found_by_the_shape_of_the_head(surface, canvas):
    """Bodies of unknown meshes have all points of the head at its joint."""
    blank = replace(surface, keypoints=np.tile(surface.joints[15], (44, 1)))
    known, guessed = canvas.figure, Figure.of(blank)
    assert abs(guessed.scale - 1) < .1
    for name in ('nose', 'eye', 'ear'):
        assert abs(getattr(known, name) - getattr(guessed, name)).max() < .025
