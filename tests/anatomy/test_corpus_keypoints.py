"""Every corpus point by name: where it goes among the 44, in 2D and 3D, and in the mirror."""
import numpy as np
import pytest

from ajahr_mm.anatomy import corpus_keypoints as corpora
from ajahr_mm.anatomy.keypoints import HMR44, HMR44_FLIP, PELVIS
from ajahr_mm.anatomy.skeleton import JOINTS

# SPIN's tables from the corpora to its 24 (LSP 0..11, neck 12, head top 13, pelvis 14, thorax 15, spine 16, jaw 17, head
# 18), which are places 25.. of the 44. Human3.6M there has the left leg first; here the right one, as in its files.
SPIN_PLACES = dict(
    lsp14=list(range(14)),
    mpii16=[0, 1, 2, 3, 4, 5, 14, 15, 12, 13, 6, 7, 8, 9, 10, 11],
    h36m17=[14, 2, 1, 0, 3, 4, 5, 16, 12, 17, 18, 9, 10, 11, 8, 7, 6])
# Of 3DHP's 28, SPIN takes these, to these places.
MPI3DHP = ([4, 18, 19, 20, 23, 24, 25, 3, 5, 6, 7, 9, 10, 11, 14, 15, 16],
           [14, 3, 4, 5, 2, 1, 0, 16, 12, 17, 18, 9, 10, 11, 8, 7, 6])
# BODY_25 among SMPL's joints, as the HMR2 body model picks them (the rest are vertices).
SMPL_IN_25 = {1: 12, 2: 17, 3: 19, 4: 21, 5: 16, 6: 18, 7: 20, 8: 0, 9: 2, 10: 5, 11: 8, 12: 1, 13: 4, 14: 7}


def numbered(name, axes):
    """Points whose coordinates are their number; confidence 1."""
    points = np.ones((len(corpora.CORPUS_KEYPOINTS[name].names), axes + 1))
    points[:, :axes] = np.arange(len(points))[:, None]
    return points


@pytest.mark.parametrize('name', SPIN_PLACES)
def test_hand_drawn_and_marker_sets_go_where_spin_puts_them(name):
    found = corpora.to_hmr44(name, numbered(name, 3))
    expected = np.full(44, -1)
    expected[25 + np.array(SPIN_PLACES[name])] = np.arange(len(SPIN_PLACES[name]))
    np.testing.assert_array_equal(np.where(found[:, 3] > 0, found[:, 0], -1), expected)


def test_3dhp_training_points():
    found = corpora.to_hmr44('mpi3dhp28', numbered('mpi3dhp28', 3))
    expected = np.full(44, -1)
    expected[25 + np.array(MPI3DHP[1])] = MPI3DHP[0]
    np.testing.assert_array_equal(np.where(found[:, 3] > 0, found[:, 0], -1), expected)


def test_3dhp_test_points_are_the_same_joints_in_another_order():
    train, test = (corpora.CORPUS_KEYPOINTS[name] for name in ('mpi3dhp28', 'mpi3dhp17'))
    for slot in range(44):
        if test.in_3d[slot] >= 0:
            assert train.names[train.in_3d[slot]] == test.names[test.in_3d[slot]]
    assert sum(place >= 0 for place in test.in_3d) == 17


def test_smpl_joints_are_openpose_joints_and_the_pelvis_is_between_the_hips():
    found = corpora.to_hmr44('smpl24', numbered('smpl24', 3))
    for slot, joint in SMPL_IN_25.items():
        assert found[slot, 0] == joint and found[slot, 3] == 1
    assert found[PELVIS, 0] == (1 + 2) / 2 and found[PELVIS, 3] == 1
    known = {HMR44[slot] for slot in np.flatnonzero(found[:, 3])}
    assert known == {HMR44[slot] for slot in SMPL_IN_25} | {'mpii_pelvis', 'lsp_left_hip', 'lsp_right_hip'}


def test_in_2d_a_limb_joint_counts_as_openpose_and_as_lsp():
    found = corpora.to_hmr44('coco17', numbered('coco17', 2))
    names = corpora.CORPUS_KEYPOINTS['coco17'].names
    for name in ('left_wrist', 'right_hip', 'left_ankle'):
        assert found[HMR44.index(name), 0] == found[HMR44.index(f'lsp_{name}'), 0] == names.index(name)
    assert found[HMR44.index('nose'), 0] == 0 and found[:, 2].sum() == 5 + 2 * 12


def test_h36m_picks_17_of_32():
    # The order of the files: hip, right leg, left leg (with toes and ends), spine, thorax, neck, head, left arm, right arm.
    assert corpora.H36M17_IN_32 == (0, 1, 2, 3, 6, 7, 8, 12, 13, 14, 15, 17, 18, 19, 25, 26, 27)


@pytest.mark.parametrize('name', corpora.CORPUS_KEYPOINTS)
@pytest.mark.parametrize('axes', [2, 3])
def test_mirroring_before_or_after_is_the_same(name, axes):
    chosen = corpora.CORPUS_KEYPOINTS[name]
    points = np.random.default_rng(0).uniform(0.1, 1, (3, len(chosen.names), axes + 1))
    np.testing.assert_allclose(chosen.to_hmr44(points[:, list(chosen.flip)]), chosen.to_hmr44(points)[:, list(HMR44_FLIP)],
                               rtol=1e-6)


def test_unknown_points_are_zero_and_nan_is_not_hidden():
    points = numbered('coco17', 2)
    points[9, 2], points[10] = 0, np.nan
    found = corpora.to_hmr44('coco17', points)
    assert not found[HMR44.index('left_wrist')].any() and np.isnan(found[HMR44.index('right_wrist')]).all()
    with pytest.raises(ValueError, match='16 points for a set of 17'):
        corpora.to_hmr44('coco17', points[:16])


def test_orders_of_the_sets():
    assert corpora.CORPUS_KEYPOINTS['smpl24'].names == JOINTS
    assert [corpora.OPENPOSE18[i] for i in (0, 1, 8, 17)] == ['nose', 'neck', 'right_hip', 'left_ear']
    assert corpora.MPII16[6:10] == ('pelvis', 'thorax', 'neck', 'head_top') and corpora.MPII16[10] == 'right_wrist'
    assert corpora.AIC14[0] == 'right_shoulder' and corpora.AIC14[12:] == ('head_top', 'neck')
    assert corpora.SPIN24[12:19] == ('neck', 'head_top', 'pelvis', 'thorax', 'spine', 'jaw', 'head')
