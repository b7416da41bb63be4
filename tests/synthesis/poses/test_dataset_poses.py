import json

import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.poses.dataset_poses import DatasetPoses


def walks(count=40, frames=30, seed=0):
    """Sequences (count, frames, 63) that change slowly inside and jump between one another."""
    rng = np.random.default_rng(seed)
    return rng.normal(0, .6, (count, 1, 63)) + np.cumsum(rng.normal(0, .01, (count, frames, 63)), 1)


@pytest.fixture
def dataset(tmp_path):
    np.savez(tmp_path / 'poses.npz', body_pose=np.float32(walks().reshape(-1, 63)))
    return dict(type='PoseDataset', ann_file='poses.npz', data_root=str(tmp_path), name='walks')


def sequences_of(poses):
    """Which of the sequences each pose (N,69) is from, found by its numbers."""
    known = np.float32(walks().reshape(-1, 63))
    found = [np.abs(known - pose[:63]).max(1).argmin() for pose in poses]
    assert max(np.abs(known[i] - pose[:63]).max() for i, pose in zip(found, poses)) == 0
    return np.array(found) // 30


def test_a_sequence_is_in_one_split_as_a_whole(dataset):
    part = DatasetPoses(dataset, test_share=.3)
    drawn = {split: part.sample_batch([np.random.default_rng([1, i]) for i in range(400)], split)
             for split in ('train', 'test')}
    found = {split: set(sequences_of([pose.body_pose for pose in poses])) for split, poses in drawn.items()}
    assert len(found['train']) > 15 and len(found['test']) > 3 and not found['train'] & found['test']
    sources = [{pose.source for pose in poses} for poses in drawn.values()]
    assert not set.intersection(*sources) and all(name.startswith('walks/poses.npz#') for name in sources[0])
    assert all(pose.pitch == 0 and pose.place is None and not pose.body_pose[63:].any() for pose in drawn['train'])


def test_a_batch_gives_what_each_generator_gives_alone(dataset):
    part = DatasetPoses(dataset)
    together = part.sample_batch([np.random.default_rng([2, i]) for i in range(9)], 'train')
    alone = [DatasetPoses(dataset).sample(np.random.default_rng([2, i]), 'train') for i in range(9)]
    assert all((a.body_pose == b.body_pose).all() and a.source == b.source for a, b in zip(alone, together))


def test_the_column_sequence_rules_where_it_is(tmp_path):
    rng = np.random.default_rng(0)
    names = rng.choice(['walk', 'run', 'jump', 'sit', 'row', 'ski', 'box', 'fence'], 300)
    np.savez(tmp_path / 'poses.npz', body_pose=np.float32(rng.normal(0, .5, (300, 69))), sequence=names)
    part = DatasetPoses(dict(type='PoseDataset', ann_file='poses.npz', data_root=str(tmp_path)), test_share=.4)
    found = [{pose.source.rpartition('#')[2] for pose in part.sample_batch(
        [np.random.default_rng(i) for i in range(200)], split)} for split in ('train', 'test')]
    assert not set.intersection(*found) and set.union(*found) == set(names)


def test_useless_poses_are_skipped_and_counted(tmp_path, dataset):
    poses = np.float32(walks().reshape(-1, 63))
    poses[[4, 77]], poses[500, 3:6] = np.nan, 40
    np.savez(tmp_path / 'poses.npz', body_pose=poses)
    part = DatasetPoses(dataset, test_share=.3)
    everything = np.concatenate([part.rows('train'), part.rows('test')])[:, 1]
    assert set(everything) == set(range(1200)) - {4, 77, 500}
    assert part.skipped == {str(tmp_path / 'poses.npz'): '3 of 1200 poses are NaN or turn a joint by more than 270 degrees'}
    with pytest.raises(UserError, match='poses.npz.*NaN'):
        DatasetPoses(dataset, strict=True).rows('train')


def test_amass_as_downloaded(tmp_path):
    for k in range(12):
        folder = tmp_path / ('CMU' if k % 2 else 'KIT') / f'{k:02d}'
        folder.mkdir(parents=True)
        np.savez(folder / 'x_poses.npz', poses=np.concatenate([np.zeros((60, 3)), np.repeat(walks(12)[k], 2, 0),
                                                               np.zeros((60, 90))], 1), gender=np.array('male'))
    (tmp_path / 'CMU/99').mkdir()
    (tmp_path / 'CMU/99/x_poses.npz').write_bytes(b'broken')
    part = DatasetPoses(dict(type='AMASS', data_root=str(tmp_path), trim=0., step=2), test_share=.4)
    poses = part.sample_many(300, 0, 'train'), part.sample_many(300, 0, 'test')
    known = np.float32(walks(12).reshape(-1, 63))
    found = [{int(np.abs(known - pose[:63]).max(1).argmin()) // 30 for pose in each} for each in poses]
    assert all(found) and not set.intersection(*found)
    assert any('99/x_poses.npz' in name for name in part.skipped)
    assert part.sample(np.random.default_rng(0), 'train').source.startswith('AMASS/')


def test_poses_of_a_data_set_of_pictures(tmp_path, people, write_fits):
    fits = people(30)
    part = DatasetPoses(dict(type='PosesOf', dataset=write_fits(tmp_path, fits)), test_share=.3)
    pose = part.sample(np.random.default_rng(0), 'test').body_pose
    assert (np.abs(np.float32(fits.body_pose) - pose).max(1) < 1e-6).any()


def test_bulk_poses_reference_and_facts(dataset):
    part = DatasetPoses(dataset, licence='mine')
    poses = part.sample_many(70, 5, 'test')
    assert poses.shape == (70, 69) and poses.dtype == np.float32
    np.testing.assert_array_equal(poses, part.sample_many(70, 5, 'test'))
    assert part.reference().shape == (1200, 69) and part.reference(50).shape == (50, 69)
    facts = json.loads(json.dumps(part.facts()))
    assert facts['sequences'] == 40 and sum(facts['poses'].values()) == 1200 and facts['licence'] == 'mine'


@pytest.mark.parametrize('arrays, reason', [(dict(body_pose=np.zeros((5, 66))), r'expected \(N, 63\)'),
                                            (dict(pose=np.zeros((5, 63))), 'lacks the column body_pose')])
def test_other_layouts_are_refused(tmp_path, arrays, reason):
    np.savez(tmp_path / 'poses.npz', **arrays)
    with pytest.raises(UserError, match=reason):
        DatasetPoses(dict(type='PoseDataset', ann_file='poses.npz', data_root=str(tmp_path))).rows('train')


def test_a_set_without_poses_for_a_split_says_so(dataset):
    with pytest.raises(UserError, match='no sequence for the test split'):
        DatasetPoses(dataset, test_share=0.).sample(np.random.default_rng(0), 'test')


def test_a_data_set_of_pictures_is_refused(tmp_path, people, write_fits):
    with pytest.raises(UserError, match='PosesOf'):
        DatasetPoses(write_fits(tmp_path, people(4))).rows('train')
