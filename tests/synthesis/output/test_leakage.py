import numpy as np

from ajahr_mm.synthesis.output.leakage import shared


def split(backgrounds, sources, poses):
    return dict(background=np.array(backgrounds), pose_source=np.array(sources),
                body_pose=np.float32(poses)[:, None] * np.ones(69))


def test_what_two_splits_have_in_common_is_found():
    train = split(['photograph/a.png', 'procedural/train/room-003'], ['x + y / u + v', 'x + x'], [1, 2])
    test = split(['photograph/a.png', 'procedural/test/room-003'], ['u + v', 'y + y'], [3, 2])
    assert shared(dict(train=train, test=test)) == dict(
        backgrounds=['photograph/a.png'], pose_sources=['u + v'], poses=['1 poses are in more than one split'])
    assert shared(dict(train=train)) == dict(backgrounds=[], pose_sources=[], poses=[])


def test_two_of_three_splits_are_enough_and_what_is_unknown_is_not_shared():
    splits = [split([name, ''], [source, ''], [pose, 0]) for name, source, pose in (
        ('panorama/a', 'p', 1), ('folder/b', 'q', 2), ('panorama/a', 'r', 3))]
    assert shared(dict(zip('abc', splits))) == dict(backgrounds=['panorama/a'], pose_sources=[], poses=[])
