import numpy as np

from ajahr_mm.synthesis.poses import joint_angles
from ajahr_mm.synthesis.poses.key_poses import KEY_POSES
from ajahr_mm.synthesis.poses.self_contact import penetration


def test_every_activity_of_the_open_pose_source_is_there():
    names = ' '.join(KEY_POSES)
    for activity in ('stand', 't_pose', 'a_pose', 'walk', 'run', 'sit', 'squat', 'reach', 'arms_up', 'crossed', 'throw',
                     'jump', 'climb', 'stairs', 'wheelchair_rest', 'wheelchair_reach', 'wheelchair_transfer', 'kneel',
                     'crutches', 'one_leg', 'sit_floor', 'prone', 'lie', 'swim', 'trousers_on'):
        assert activity in names
    assert len(KEY_POSES) >= 120


def test_poses_are_inside_the_limits_and_all_different():
    vectors = np.stack([vector for vector, _ in KEY_POSES.values()])
    np.testing.assert_array_equal(vectors, joint_angles.limit(vectors))
    assert len(np.unique(vectors.round(3), axis=0)) == len(vectors)


def test_no_key_pose_runs_into_itself():
    depth = penetration(joint_angles.to_body_pose(np.stack([vector for vector, _ in KEY_POSES.values()])))
    assert depth.max() < .01


def test_lying_and_crawling_people_lie():
    for name, (_, pitch) in KEY_POSES.items():
        if name.startswith(('lie_', 'float', 'bridge')):
            assert pitch < -60
        if name.startswith(('prone', 'swim', 'crawl', 'plank')):
            assert pitch > 60
