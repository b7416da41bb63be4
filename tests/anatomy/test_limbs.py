import itertools

import numpy as np
import pytest
import torch

from ajahr_mm.anatomy import limbs, skeleton

#: AJAHR index -> zeroed SMPL joints, written out by hand from the authors' label table.
OFFICIAL = {0: [21, 23], 1: [19, 21, 23], 2: [17, 19, 21, 23], 3: [20, 22], 4: [18, 20, 22], 5: [16, 18, 20, 22],
            6: [7, 10], 7: [4, 7, 10], 8: [1, 4, 7, 10], 9: [8, 11], 10: [5, 8, 11], 11: [2, 5, 8, 11], 12: []}
ALL_CLASSES = np.array(list(itertools.product(range(4), repeat=4)))


@pytest.mark.parametrize('label', range(13))
def test_labels_take_the_official_joints(label):
    classes = limbs.label_to_classes(label)
    zeroed = sorted(sum((limbs.zeroed_joints(i, int(c)) for i, c in enumerate(classes)), []))
    assert zeroed == sorted(OFFICIAL[label])
    missing = np.flatnonzero(limbs.missing_joints(limbs.classes_to_extent(classes)))
    assert list(missing) == sorted(OFFICIAL[label])


@pytest.mark.parametrize('label', range(12))
def test_label_names_say_what_is_lost(label):
    limb, limb_class = limbs.label_to_limb(label)
    side, joint = limbs.LABEL_NAMES[label].split()
    assert limbs.LIMBS[limb].startswith(side)
    top = skeleton.JOINTS[limbs.zeroed_joints(limb, limb_class)[0]]
    assert top == {'hand': f'{side}_wrist', 'foot': f'{side}_ankle'}.get(joint, f'{side}_{joint}')


def test_round_trips_over_every_combination():
    extents = limbs.classes_to_extent(ALL_CLASSES)
    assert np.array_equal(limbs.extent_to_classes(extents), ALL_CLASSES)
    hot = limbs.classes_to_multi_hot(ALL_CLASSES)
    assert np.array_equal(limbs.multi_hot_to_classes(hot), ALL_CLASSES)
    assert np.array_equal(hot.sum(-1), (ALL_CLASSES > 0).sum(-1))
    for classes in ALL_CLASSES:
        labels = limbs.classes_to_labels(classes)
        if len(labels) == 1:
            assert np.array_equal(limbs.label_to_classes(labels[0]), classes)
            assert limbs.classes_to_label(classes) == labels[0]
        else:
            assert limbs.classes_to_label(classes) == -1


def test_mirror_symmetry():
    flip = list(limbs.FLIP)
    joints = list(skeleton.FLIP)
    extents = np.random.default_rng(0).uniform(0, 3, (200, 4))
    assert np.array_equal(limbs.missing_joints(extents[:, flip]), limbs.missing_joints(extents)[:, joints])


@pytest.mark.parametrize('extent, expected', [(3.0, 0), (2.99, 1), (2.0, 1), (1.4, 2), (1.0, 2), (0.6, 3), (0.0, 3)])
def test_partly_kept_segments_count_as_lost(extent, expected):
    assert limbs.extent_to_classes(np.full(4, extent)).tolist() == [expected] * 4


def test_residual_limbs_keep_the_joint_above_the_cut():
    missing = limbs.missing_joints(np.array([1.4, 3, 3, 0.6]))
    assert [skeleton.JOINTS[j] for j in np.flatnonzero(missing)] == [
        'right_knee', 'right_ankle', 'right_foot', 'left_wrist', 'left_hand']


def test_longer_limbs_never_miss_more():
    short = np.random.default_rng(1).uniform(0, 3, (100, 4))
    longer = np.minimum(3, short + np.random.default_rng(2).uniform(0, 1, (100, 4)))
    assert not (limbs.missing_joints(longer) & ~limbs.missing_joints(short)).any()


@pytest.mark.parametrize('extent, term', [
    (2.0, 'wrist disarticulation'), (1.4, 'transradial'), (1.0, 'elbow disarticulation'), (0.6, 'transhumeral'),
    (0.0, 'shoulder disarticulation'), (2.5, 'partial hand'), (3.0, 'arm intact')])
def test_clinical_terms_of_arms(extent, term):
    assert limbs.clinical_term(0, extent) == f'left {term}'


def test_clinical_terms_of_legs():
    assert [limbs.clinical_term(3, e) for e in (2, 1.4, 1, 0.6, 0, 2.5)] == [
        'right ankle disarticulation', 'right transtibial', 'right knee disarticulation', 'right transfemoral',
        'right hip disarticulation', 'right partial foot']


def test_torch_in_torch_out():
    classes = torch.tensor(ALL_CLASSES)
    extent = limbs.classes_to_extent(classes)
    assert extent.dtype == torch.float32 and limbs.extent_to_classes(extent).equal(classes)
    assert limbs.missing_joints(extent).numpy().tolist() == limbs.missing_joints(extent.numpy()).tolist()


def test_refusals():
    with pytest.raises(ValueError, match='13'):
        limbs.label_to_limb(13)
    with pytest.raises(ValueError, match='class 4'):
        limbs.limb_to_label(0, 4)
    with pytest.raises(ValueError, match='two amputation levels'):
        limbs.multi_hot_to_classes(np.eye(12)[0] + np.eye(12)[1])
    with pytest.raises(ValueError, match='extent'):
        limbs.clinical_term(0, 3.5)
