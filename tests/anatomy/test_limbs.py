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


TERMS = {'arm': ['partial hand', 'wrist disarticulation', 'transradial', 'elbow disarticulation', 'transhumeral',
                 'shoulder disarticulation'],
         'leg': ['partial foot', 'ankle disarticulation', 'transtibial', 'knee disarticulation', 'transfemoral',
                 'hip disarticulation']}


@pytest.mark.parametrize('limb', range(4))
def test_every_term_is_read_back(limb):
    side, kind = limbs.LIMBS[limb].split('_')
    extents = [limbs.parse_clinical_term(f'{side} {term}')[1] for term in TERMS[kind]]
    assert extents == [2.5, 2, 1.5, 1, 0.5, 0]  # from the tip to the trunk
    for term, extent in zip(TERMS[kind], extents):
        assert limbs.parse_clinical_term(f' {side.upper()}  {term} ')[0] == limb
        assert limbs.clinical_term(limb, extent) == f'{side} {term}'
        assert limbs.clinical_term(limbs.FLIP[limb], extent) == f"{dict(left='right', right='left')[side]} {term}"
    assert limbs.parse_clinical_term(f'{side} {kind} intact') == (limb, 3)


def test_any_extent_survives_its_term_when_the_share_is_told():
    for extent in np.random.default_rng(3).uniform(0, 3, 200):
        limb, share = int(extent * 1000) % 4, extent % 1
        got_limb, got = limbs.parse_clinical_term(limbs.clinical_term(limb, extent), share)
        assert got_limb == limb and got == pytest.approx(extent)


def test_term_extent_class_label_and_joints_agree():
    """All the way round the table: label -> joints -> classes -> extent -> term -> extent -> class -> label."""
    for label in range(12):
        limb, limb_class = limbs.label_to_limb(label)
        classes = limbs.joints_to_classes(limbs.zeroed_joints(limb, limb_class))
        assert np.array_equal(classes, limbs.label_to_classes(label))
        term = limbs.clinical_term(limb, float(limbs.classes_to_extent(classes)[limb]))
        assert term.endswith('disarticulation') and term.split()[0] == limbs.LABEL_NAMES[label].split()[0]
        back, extent = limbs.parse_clinical_term(term)
        assert limbs.limb_to_label(back, int(limbs.extent_to_classes(np.array(extent)))) == label


def test_levels_hold_every_extent_once_and_agree_with_the_classes():
    for extent in np.concatenate([np.linspace(0, 3, 301), np.random.default_rng(4).uniform(0, 3, 100)]):
        rows = [level for level in limbs.LEVELS if extent == level.low == level.high or level.low < extent < level.high]
        assert len(rows) == 1 and rows[0].limb_class == limbs.extent_to_classes(np.array(extent))


def test_joints_of_every_combination_are_read_back():
    for classes in ALL_CLASSES:
        joints = sum((limbs.zeroed_joints(i, int(c)) for i, c in enumerate(classes)), [])
        assert np.array_equal(limbs.joints_to_classes(joints[::-1]), classes)


def test_mirrored_joints_are_the_mirrored_classes():
    for classes in ALL_CLASSES:
        joints = sum((limbs.zeroed_joints(i, int(c)) for i, c in enumerate(classes)), [])
        assert np.array_equal(limbs.joints_to_classes([skeleton.FLIP[j] for j in joints]), classes[list(limbs.FLIP)])


def test_label_names_are_those_of_the_official_table():
    assert limbs.LABEL_NAMES == (
        'right hand', 'right elbow', 'right shoulder', 'left hand', 'left elbow', 'left shoulder',
        'left foot', 'left knee', 'left hip', 'right foot', 'right knee', 'right hip', 'intact')


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
    for extent in (3.5, -0.1, float('nan')):
        with pytest.raises(ValueError, match='extent'):
            limbs.clinical_term(0, extent)
    with pytest.raises(ValueError, match="'left transwarp' is no clinical term"):
        limbs.parse_clinical_term('left transwarp')
    with pytest.raises(ValueError, match='between 0 and 1'):
        limbs.parse_clinical_term('left transtibial', 1.)
    for joints in ([18, 20], [20], [18, 22], [0]):
        with pytest.raises(ValueError, match='not what amputations take away'):
            limbs.joints_to_classes(joints)
