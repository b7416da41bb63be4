"""SMPL-H becomes SMPL: hands fold into one joint each; keypoints of files that bring none."""
import numpy as np
import pytest

from ajahr_mm.anatomy.keypoints import HMR44, HMR44_FLIP
from ajahr_mm.anatomy.skeleton import FLIP, PARENTS
from ajahr_mm.body_models import smpl_files
from ajahr_mm.body_models.assets import load_body
from ajahr_mm.io import UserError


@pytest.fixture
def smplh(rng_seed=5):
    rng = np.random.default_rng(rng_seed)
    count, parents = 160, list(PARENTS[:22]) + [20, 22, 23] * 5 + [21, 37, 38] * 5
    weights = rng.random((count, 52))
    regressor = rng.random((52, count))
    return dict(v_template=rng.normal(size=(count, 3)), shapedirs=rng.normal(size=(count, 3, 16)),
                posedirs=rng.normal(size=(count, 3, 459)), weights=weights / weights.sum(1, keepdims=True),
                J_regressor=regressor / regressor.sum(1, keepdims=True), f=rng.integers(0, count, (50, 3)),
                kintree_table=np.array([parents, range(52)], np.uint32))


def test_smplh_file_loads_with_folded_hands(smplh, tmp_path):
    np.savez(tmp_path / 'smplh.npz', **smplh)
    body = load_body(tmp_path / 'smplh.npz')
    assert body.weights.shape == (160, 24) and body.posedirs.shape == (160, 3, 207)
    np.testing.assert_allclose(body.weights[:, 23], smplh['weights'][:, 37:].sum(1))
    np.testing.assert_array_equal(body.J_regressor[22], smplh['J_regressor'][25])
    np.testing.assert_array_equal(body.posedirs[..., :189], smplh['posedirs'][..., :189])
    assert (body.posedirs[..., 189:] == 0).all()


def test_smplh_with_arrays_that_disagree_is_refused(smplh, tmp_path):
    smplh['kintree_table'] = smplh['kintree_table'][:, :9]
    with pytest.raises(UserError, match='SMPL-H'):
        smpl_files.fold_hands(smplh, tmp_path)


def test_openpose_part_on_smpl_is_that_of_the_public_releases():
    """The 25 OpenPose keypoints are smplx joints 24,12,17,19,21,16,18,20,0,2,5,8,1,4,7,25..34, where 24.. are vertices."""
    tables = smpl_files.keypoint_tables(6890)
    expected = [None, 12, 17, 19, 21, 16, 18, 20, 0, 2, 5, 8, 1, 4, 7] + [None] * 10
    vertices = {0: 332, 15: 6260, 16: 2800, 17: 4071, 18: 583, 19: 3216, 20: 3226, 21: 3387, 22: 6617, 23: 6624, 24: 6787}
    for k, joint in enumerate(expected):
        row, landmark = tables['keypoint_joints'][k], tables['keypoint_vertices'][k]
        if joint is not None:
            assert row.argmax() == joint and row.sum() == 1 and landmark.sum() == 0
        else:
            assert row.sum() == 0 and tables['keypoint_vertex_ids'][landmark.argmax()] == vertices[k]


@pytest.mark.parametrize('count', [6890, 240])
def test_every_keypoint_has_a_place_and_its_mirror_the_mirrored_place(count):
    tables = smpl_files.keypoint_tables(count)
    np.testing.assert_allclose(tables['keypoint_joints'].sum(1) + tables['keypoint_vertices'].sum(1), 1, atol=1e-6)
    np.testing.assert_array_equal(tables['keypoint_joints'][list(HMR44_FLIP)][:, list(FLIP)], tables['keypoint_joints'])
    assert len(tables['keypoint_joints']) == len(HMR44)
