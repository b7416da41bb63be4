import itertools
import json

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ajahr_mm.anatomy import skeleton
from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.poses import joint_angles
from ajahr_mm.synthesis.poses.gaits import GAITS
from ajahr_mm.synthesis.poses.key_poses import KEY_POSES
from ajahr_mm.synthesis.poses.pose_bank import PoseBank
from ajahr_mm.synthesis.poses.self_contact import penetration


@pytest.fixture(scope='module')
def bank():
    return PoseBank()


def draw(bank, split, count=300, seed=0):
    return bank.sample_batch([np.random.default_rng([seed, i]) for i in range(count)], split)


def test_no_pair_of_key_poses_and_no_stretch_of_a_gait_is_shared_between_the_splits(bank):
    pairs = {split: {pair for pose in draw(bank, split) for pair in pose.source.split(' / ')} for split in ('train', 'test')}
    assert pairs['train'] and pairs['test'] and not pairs['train'] & pairs['test']
    assert all(any('@' in pair for pair in found) for found in pairs.values())


def test_the_owner_of_a_pair_ignores_order_and_respects_the_share(bank):
    pairs = list(itertools.combinations(bank.names, 2))
    owners = [bank.belongs_to(*pair) for pair in pairs]
    assert owners == [bank.belongs_to(b, a) for a, b in pairs]
    assert abs(owners.count('test') / len(owners) - .2) < .03


def test_a_batch_gives_what_each_generator_gives_alone(bank):
    together = draw(bank, 'train', 60)
    for i, pose in enumerate(together):
        alone = bank.sample(np.random.default_rng([0, i]), 'train')
        np.testing.assert_array_equal(alone.body_pose, pose.body_pose)
        assert (alone.pitch, alone.source, alone.place) == (pose.pitch, pose.source, None)


def test_a_batch_gives_the_same_when_many_first_candidates_fail():
    narrow = PoseBank(spread=2.5, other_upper=1.)
    together = draw(narrow, 'test', 60, seed=3)
    alone = [narrow.sample(np.random.default_rng([3, i]), 'test') for i in range(60)]
    np.testing.assert_array_equal([pose.body_pose for pose in alone], [pose.body_pose for pose in together])
    first = PoseBank(spread=2.5, other_upper=1., tries=1)
    assert sum(not np.array_equal(a.body_pose, b.body_pose) for a, b in zip(draw(first, 'test', 60, 3), together)) > 5


def test_poses_are_accepted_ones_finite_and_various(bank):
    poses = np.stack([pose.body_pose for pose in draw(bank, 'train')])
    assert poses.shape == (300, 69) and poses.dtype == np.float32 and np.isfinite(poses).all()
    assert penetration(poses).max() <= bank.max_depth + 1e-5
    assert np.linalg.norm(poses.reshape(300, 23, 3), axis=-1).max() < np.pi + 1e-3
    assert poses.std(0).max() > .4


def angles_of(poses: np.ndarray) -> dict:
    """Anatomical angles (degrees) of left side and trunk read back with scipy, as far as they are one joint's."""
    turned = {name: Rotation.from_rotvec(poses.reshape(-1, 23, 3)[:, skeleton.joint_index(name) - 1])
              for name in skeleton.JOINTS[1:]}

    def euler(name, axes, *signs):
        return turned[name].as_euler(axes, degrees=True).T * np.array(signs)[:, None]

    found = {}
    found['spine_twist'], found['spine_side'], found['spine_flex'] = 3 * euler('spine1', 'YZX', 1, -1, 1)
    found['neck_twist'], found['neck_side'], found['neck_flex'] = euler('neck', 'YZX', 1, -1, 1) / .55
    found['hip_flex'], found['hip_abduct'], found['hip_rotate'] = euler('left_hip', 'XZY', -1, 1, 1)
    found['knee_flex'] = euler('left_knee', 'XZY', 1, 1, 1)[0]
    found['ankle_flex'], found['ankle_tilt'], _ = euler('left_ankle', 'XZY', -1, 1, 1)
    found['toe_flex'] = euler('left_foot', 'XZY', -1, 1, 1)[0]
    bend, _, turn = euler('left_elbow', 'YZX', -1, 1, -2)
    found['elbow_flex'], found['forearm_turn'] = bend, turn
    _, flex, found['wrist_side'] = euler('left_wrist', 'XZY', 1, -1, 1)
    found['wrist_flex'] = flex
    found['finger_flex'] = euler('left_hand', 'XZY', 1, -1, 1)[1]
    arm = (turned['left_collar'] * turned['left_shoulder']).as_matrix()[..., 0]       # where the upper arm points
    found['shoulder_raise'] = np.degrees(np.arccos(np.clip(-arm[:, 1], -1, 1)))
    return found


def test_every_sample_keeps_the_limits_of_motion(bank):
    poses = np.stack([pose.body_pose for split in ('train', 'test') for pose in draw(bank, split)])
    limits = {**joint_angles.MIDLINE_ANGLES, **joint_angles.PAIRED_ANGLES}
    angles = angles_of(poses)
    assert len(angles) == len(limits) - 2                                            # plane and turn of the upper arm
    for name, values in angles.items():
        assert limits[name][0] - .02 <= values.min() and values.max() <= limits[name][1] + .02, name
    assert angles['knee_flex'].max() > 120 and angles['shoulder_raise'].max() > 150


def test_nobody_is_half_way_between_lying_and_standing(bank):
    """All lie, or bend as far as some key pose or gait: the gap in their pitches stays a gap but for the perturbation."""
    pitch = np.array([pose.pitch for pose in draw(bank, 'train', 1500)])
    known = np.array([lean for _, lean in KEY_POSES.values()])
    assert ((pitch < -65).sum() > 20) and ((pitch > 65).sum() > 20)
    assert not ((known > -46) & (known < -14)).any() and ((pitch > -40) & (pitch < -26)).mean() < .01


def test_every_key_pose_is_drawn_about_as_often():
    """Also those that lie, which have few partners."""
    sources = [pose.source for pose in draw(PoseBank(gait_share=0, other_upper=0), 'train', 4000)]
    drawn = [sum(name in source.split(' + ') for source in sources) for name in KEY_POSES]
    assert min(drawn) > .4 * np.mean(drawn) and max(drawn) < 2 * np.mean(drawn)


def test_bulk_poses_are_all_free_of_penetration_and_reproducible(bank):
    poses = bank.sample_many(300, 1, 'test')
    assert poses.shape == (300, 69) and penetration(poses).max() <= bank.max_depth + 1e-5
    np.testing.assert_array_equal(poses, bank.sample_many(300, 1, 'test'))
    assert not np.array_equal(poses, bank.sample_many(300, 2, 'test'))


@pytest.mark.parametrize('share', [0., 1.])
def test_the_share_of_gaits_is_as_asked(share):
    sources = [pose.source for pose in draw(PoseBank(gait_share=share, other_upper=0), 'train', 50)]
    assert all(('@' in source) == bool(share) for source in sources)


def test_a_gait_without_perturbation_is_a_phase_of_it():
    bank = PoseBank(spread=0, gait_share=1, other_upper=0)
    walks = [pose for pose in draw(bank, 'train', 400) if pose.source.startswith('walk@')]
    fine = GAITS['walk'].at(np.arange(3200) / 3200)[:, :-1]
    known = joint_angles.to_body_pose(np.concatenate([fine, joint_angles.mirror(fine)]))
    far = [np.abs(known - pose.body_pose).max(1).min() for pose in walks]
    assert len(walks) > 10 and max(far) < np.radians(2)                               # linear between eighths of a stretch


def test_a_split_without_a_share_is_an_error():
    bank = PoseBank(test_share=0.)
    assert bank.sample(np.random.default_rng(0), 'train').source
    with pytest.raises(UserError, match='nothing for the test split'):
        bank.sample(np.random.default_rng(0), 'test')


def test_facts_and_reference(bank):
    facts = json.loads(json.dumps(bank.facts()))
    assert facts['key_poses'] == len(bank.names) and facts['gaits']['walk'] == 8 and facts['limits']
    reference = bank.reference()
    assert reference.shape == (len(bank.names) + sum(len(gait.phases) for gait in GAITS.values()), 69)
