import json

import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.poses.dataset_fits import DatasetFits


@pytest.fixture
def fits(people):
    return people(40)


def places_of(part, split, count=60):
    poses = part.sample_batch([np.random.default_rng([4, i]) for i in range(count)], split)
    return {int(pose.source[-7:-4]): pose for pose in poses}


def test_cameras_come_from_the_keypoints_where_the_layout_has_none(tmp_path, fits, write_fits):
    part = DatasetFits(write_fits(tmp_path, fits, camera=None))
    found = places_of(part, 'train')
    assert len(found) > 15 and not part.skipped
    for row, pose in found.items():
        place = pose.place
        np.testing.assert_allclose(place.camera, fits.camera[row], atol=2e-4)
        np.testing.assert_allclose(pose.body_pose, fits.body_pose[row], rtol=1e-5)
        np.testing.assert_allclose(place.global_orient, fits.global_orient[row], rtol=1e-5)
        assert place.picture == str(tmp_path / fits.image[row]) and place.size == pytest.approx(fits.size[row])
        assert not place.betas.any()                       # SMPL's shape means nothing to the open body


def test_a_camera_that_is_told_is_taken(tmp_path, fits, write_fits):
    told = fits.camera + [.5, 0, 0]
    part = DatasetFits(write_fits(tmp_path, fits, camera=told))
    for row, pose in places_of(part, 'train').items():
        np.testing.assert_allclose(pose.place.camera, told[row], rtol=1e-5)


def test_without_keypoints_the_place_before_the_camera_tells(tmp_path, fits, write_fits):
    import torch

    from ajahr_mm.geometry.cameras import crop_to_full
    camera, center, size = (torch.from_numpy(np.float32(v)) for v in (fits.camera, fits.center, fits.size))
    transl, focal = crop_to_full(camera, center, size, (120, 160))
    part = DatasetFits(write_fits(tmp_path, fits, camera=None, keypoints_2d=None, transl=transl.numpy(),
                                  focal=np.full(40, focal)))
    for row, pose in places_of(part, 'train').items():
        np.testing.assert_allclose(pose.place.camera, fits.camera[row], atol=1e-4)


def test_splits_share_no_picture_and_follow_the_checksum_of_backgrounds(tmp_path, fits, write_fits):
    from ajahr_mm.synthesis.backgrounds.picture_files import in_split
    part = DatasetFits(write_fits(tmp_path, fits), test_share=.3)
    found = {split: places_of(part, split, 200) for split in ('train', 'test')}
    assert not set(found['train']) & set(found['test']) and len(found['train']) + len(found['test']) == 40
    assert all(in_split(pose.place.picture, split, .3) for split in found for pose in found[split].values())


def test_several_people_of_one_picture_stay_together(tmp_path, fits, write_fits):
    names = np.repeat(fits.image[:8], 5)
    part = DatasetFits(write_fits(tmp_path, fits, image=names), test_share=.4)
    pictures = [{pose.place.picture for pose in places_of(part, split, 100).values()} for split in ('train', 'test')]
    assert all(pictures) and not set.intersection(*pictures)


def test_a_batch_gives_what_each_generator_gives_alone(tmp_path, fits, write_fits):
    dataset = write_fits(tmp_path, fits, camera=None)
    together = DatasetFits(dataset).sample_batch([np.random.default_rng([1, i]) for i in range(12)], 'train')
    fresh = DatasetFits(dataset)
    for i in (11, 3, 0):
        alone = fresh.sample(np.random.default_rng([1, i]), 'train')
        np.testing.assert_array_equal(alone.place.camera, together[i].place.camera)
        assert alone.source == together[i].source and alone.pitch == together[i].pitch


def test_useless_fits_are_left_out_and_named(tmp_path, fits, write_fits, picture):
    for name, row, value in (('body_pose', 1, np.nan), ('betas', 2, 9.), ('size', 3, -4.), ('center', 6, 900.)):
        getattr(fits, name)[row] = value
    keypoints = fits.keypoints_2d.copy()
    keypoints[4, 2:, 2] = 0                                                            # two keypoints are left
    keypoints[5, :, :2] = np.random.default_rng(0).uniform(0, 100, (44, 2))            # those of somebody else
    dataset = write_fits(tmp_path, fits, camera=None, keypoints_2d=keypoints)
    (tmp_path / fits.image[7]).write_bytes(b'no picture')
    (tmp_path / fits.image[8]).unlink()
    part = DatasetFits(dataset, test_share=0.)
    found = places_of(part, 'train', 600)
    assert set(found) == set(range(40)) - set(range(1, 9))
    reasons = {int(name.split(' (row')[0][-7:-4]): why for name, why in part.skipped.items()}
    assert set(reasons) == set(range(1, 9))
    for row, words in {1: 'NaN', 2: 'shape', 3: 'impossible', 4: 'keypoints', 5: 'keypoints', 6: 'outside the picture',
                       7: 'image', 8: 'does not exist'}.items():
        assert words in reasons[row], (row, reasons[row])


def test_strict_refuses_the_first_one(tmp_path, fits, write_fits):
    fits.betas[2] = 9
    with pytest.raises(UserError, match='photo_002.*cannot be used.*shape'):
        DatasetFits(write_fits(tmp_path, fits), strict=True).rows('train')


def test_nothing_usable_is_an_error_that_says_so(tmp_path, fits, write_fits):
    dataset = write_fits(tmp_path, fits)
    for name in fits.image:
        (tmp_path / name).unlink()
    with pytest.raises(UserError, match='none of 64 fits.*does not exist'):
        DatasetFits(dataset).sample(np.random.default_rng(0), 'train')
    with pytest.raises(UserError, match='no fit for the test split'):
        DatasetFits(dataset, test_share=0.).sample(np.random.default_rng(0), 'test')


def test_poses_without_pictures_have_no_place(tmp_path):
    np.savez(tmp_path / 'poses.npz', body_pose=np.zeros((4, 69)))
    with pytest.raises(UserError, match='DatasetPoses'):
        DatasetFits(dict(type='PoseDataset', ann_file='poses.npz', data_root=str(tmp_path))).rows('train')


def test_bulk_poses_reference_and_facts(tmp_path, fits, write_fits):
    part = DatasetFits(write_fits(tmp_path, fits), licence='CC BY 4.0')
    poses = part.sample_many(50, 3, 'test')
    rows = part.rows('test')
    assert poses.shape == (50, 69) and all((np.abs(fits.body_pose[rows] - pose).max(1) < 1e-5).any() for pose in poses)
    np.testing.assert_array_equal(poses, part.sample_many(50, 3, 'test'))
    assert part.reference().shape == (40, 69) and part.reference(7).shape == (7, 69)
    facts = json.loads(json.dumps(part.facts()))
    assert facts['licence'] == 'CC BY 4.0' and sum(facts['fits'].values()) == sum(facts['pictures'].values()) == 40


@pytest.mark.parametrize('layout', ['a3d', 'a3d_h36m', 'spin'])
def test_layouts_that_circulate(tmp_path, fits, picture, layout):
    """Official A3D of COCO and of H36M, and SPIN's: the same people come back at the same places."""
    names = [f'images/photo_{i:03d}.jpg' for i in range(40)]
    pose = np.concatenate([fits.global_orient, fits.body_pose], 1)
    if layout == 'spin':
        folder, file = tmp_path, tmp_path / 'coco_train.npz'
        config = dict(type='COCO', data_root=str(tmp_path), split='train', form='npz', files='coco_train.npz')
        part = np.zeros((40, 24, 3))
        arrays = dict(part=part, openpose=fits.keypoints_2d[:, :25], pose=pose, shape=fits.betas, scale=fits.size / 200)
    else:
        where = 'MPII' if layout == 'a3d' else 'H36M/S1'
        folder, file = tmp_path / where / 'Images', tmp_path / where / 'annotation/x.npz'
        config = dict(type='OfficialA3D', data_root=str(tmp_path), parts=where)
        names = [name.replace('images/photo', 'amp_3_photo') for name in names]
        if layout == 'a3d':
            arrays = dict(scale=fits.size[:, None] * .75, body_pose=pose, betas=fits.betas, has_body_pose=np.ones(40),
                          has_betas=np.ones(40), body_keypoints_2d=fits.keypoints_2d[:, :25],
                          extra_keypoints_2d=fits.keypoints_2d[:, 25:])
        else:
            from scipy.spatial.transform import Rotation
            turned = Rotation.from_rotvec(pose.reshape(-1, 3)).as_matrix().reshape(40, 24, 3, 3)
            arrays = dict(scale=fits.size[:, None] * .75, smpl_pose=turned[:, None, 1:], global_orient=turned[:, None, :1],
                          smpl_shape=fits.betas[:, None], gt_2d_kpts=fits.keypoints_2d[:, None],
                          gt_3d_kpts=np.ones((40, 1, 44, 5)), cam_t=np.tile([[[0, 0, 40.]]], (40, 1, 1)))
    file.parent.mkdir(parents=True, exist_ok=True)
    center = fits.center if layout == 'spin' else fits.center[:, None]
    np.savez(file, imgname=np.array(names), center=center, **arrays)
    for name in names:
        picture(folder / name)
    part = DatasetFits(config, test_share=0.)
    found = places_of(part, 'train', 80)
    assert len(found) > 25 and not part.skipped
    for row, drawn in found.items():
        np.testing.assert_allclose(drawn.place.camera, fits.camera[row], atol=1e-3)
        np.testing.assert_allclose(drawn.place.center, fits.center[row], rtol=1e-5)
        np.testing.assert_allclose(drawn.body_pose, fits.body_pose[row], atol=1e-4)
