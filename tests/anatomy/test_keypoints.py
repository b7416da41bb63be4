import numpy as np

from ajahr_mm.anatomy import keypoints, limbs


def test_sizes_and_unique_names():
    assert len(keypoints.HMR44) == len(set(keypoints.HMR44)) == 44
    assert keypoints.HMR44[keypoints.PELVIS] == 'mpii_pelvis' and keypoints.PELVIS == 39


def test_published_flip_permutation():
    # Facts of the public releases: BODY_25 first, then the 19 extra joints (offset by 25).
    body = [0, 1, 5, 6, 7, 2, 3, 4, 8, 12, 13, 14, 9, 10, 11, 16, 15, 18, 17, 22, 23, 24, 19, 20, 21]
    extra = [5, 4, 3, 2, 1, 0, 11, 10, 9, 8, 7, 6, 12, 13, 14, 15, 16, 17, 18]
    assert list(keypoints.HMR44_FLIP) == body + [25 + i for i in extra]


def test_coco_is_found_by_name():
    assert [keypoints.HMR44[i] for i in keypoints.COCO17_IN_HMR44] == list(keypoints.COCO17)
    assert keypoints.LIMB12[0] == 'left_shoulder' and keypoints.LIMB12[-1] == 'right_ankle'


def test_missing_keypoints_of_a_knee_disarticulation():
    extent = limbs.classes_to_extent(limbs.label_to_classes(7))
    names = {keypoints.HMR44[i] for i in np.flatnonzero(keypoints.missing_keypoints(extent))}
    assert names == {'left_knee', 'left_ankle', 'left_heel', 'left_big_toe', 'left_small_toe', 'lsp_left_knee',
                     'lsp_left_ankle'}


def test_trunk_and_head_are_never_missing():
    missing = keypoints.missing_keypoints(np.zeros(4))
    kept = {keypoints.HMR44[i] for i in np.flatnonzero(~missing)}
    assert {'nose', 'neck', 'mid_hip', 'mpii_pelvis', 'left_eye', 'right_ear', 'h36m_head', 'mpii_thorax'} <= kept
    assert not any('left_' in n and n.split('_')[-1] in ('knee', 'elbow', 'hip', 'shoulder') for n in kept)


def test_mirror_symmetry():
    extents = np.random.default_rng(0).uniform(0, 3, (100, 4))
    mirrored = keypoints.missing_keypoints(extents[:, list(limbs.FLIP)])
    assert np.array_equal(mirrored, keypoints.missing_keypoints(extents)[:, list(keypoints.HMR44_FLIP)])


def test_two_dimensional_and_three_dimensional_tables_agree():
    extents = np.random.default_rng(1).uniform(0, 3, (100, 4))
    joints, points = limbs.missing_joints(extents), keypoints.missing_keypoints(extents)
    for name, joint in [('left_wrist', 20), ('right_elbow', 19), ('left_hip', 1), ('right_ankle', 8)]:
        assert np.array_equal(points[:, keypoints.HMR44.index(name)], joints[:, joint])
