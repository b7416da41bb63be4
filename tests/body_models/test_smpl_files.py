"""Files of SMPL and SMPL-H in the formats of their downloads; hands fold into one joint each; keypoints of files without."""
import pickle
import re
import struct
import sys
import types

import numpy as np
import pytest
import scipy.sparse
import torch

from ajahr_mm.anatomy.keypoints import HMR44, HMR44_FLIP
from ajahr_mm.anatomy.skeleton import FLIP, PARENTS
from ajahr_mm.body_models import build_body, smpl_files
from ajahr_mm.body_models.assets import load_body
from ajahr_mm.io import UserError

FINGERS = [20, 22, 23, 20, 25, 26, 20, 28, 29, 20, 31, 32, 20, 34, 35,
           21, 37, 38, 21, 40, 41, 21, 43, 44, 21, 46, 47, 21, 49, 50]  # parents of joints 22..51 of SMPL-H
ARRAYS = ('v_template', 'shapedirs', 'weights', 'J_regressor', 'faces', 'posedirs')


class Python2Pickler(pickle._Pickler):
    """Writes text and bytes as cPickle of Python 2 did, where both were the same."""

    dispatch = dict(pickle._Pickler.dispatch)

    def save_text(self, text):
        data = text.encode('latin1') if isinstance(text, str) else text
        self.write(pickle.BINSTRING + struct.pack('<i', len(data)) + data)
        self.memoize(text)

    dispatch[str] = dispatch[bytes] = save_text


class Ch:
    def __init__(self, **state):
        self.__dict__.update(state, _dirty_vars=set(), _itr=None)


class Select(Ch):
    pass


class MatVecMult(Ch):
    pass


def write_pickle(path, content):
    """A pickle of protocol 2 with the module names of chumpy 0.6x and of scipy before 1.8."""
    modules = {}
    for name, classes in (('chumpy', ()), ('chumpy.ch', (Ch, MatVecMult)), ('chumpy.reordering', (Select,))):
        modules[name] = types.ModuleType(name)
        for kind in classes:
            kind.__module__, kind.__qualname__ = name, kind.__name__
            setattr(modules[name], kind.__name__, kind)
    with pytest.MonkeyPatch.context() as patch, path.open('wb') as file:
        for name, module in modules.items():
            patch.setitem(sys.modules, name, module)
        Python2Pickler(file, protocol=2).dump(content)
    data = path.read_bytes()
    path.write_bytes(data.replace(b'cscipy.sparse._csc\n', b'cscipy.sparse.csc\n'))
    return path


@pytest.fixture(autouse=True)
def without_chumpy(monkeypatch):
    for name in ('chumpy', 'chumpy.ch', 'chumpy.reordering'):
        monkeypatch.setitem(sys.modules, name, None)  # importing it is an ImportError


def as_distributed(arrays):
    """What the pickle of SMPL 1.0 holds: ten axes of three hundred, sparse regressors, unsigned integers, notes."""
    regressor = scipy.sparse.csc_matrix(arrays['J_regressor'])
    count = len(arrays['v_template'])
    all_axes = np.concatenate([arrays['shapedirs'], np.ones((count, 3, 290))], 2)
    first = np.arange(all_axes.size).reshape(all_axes.shape)[..., :10]
    kintree = np.asarray(arrays['kintree_table']).astype(np.uint32)
    assert kintree[0, 0] == 4294967295
    return dict(
        J_regressor=regressor, J_regressor_prior=regressor.copy(),
        J=MatVecMult(mtx=regressor, vec=Ch(x=arrays['v_template'])),
        shapedirs=Select(a=Ch(x=all_axes), idxs=first.ravel(), preferred_shape=(count, 3, 10)),
        v_template=Ch(x=arrays['v_template']), posedirs=Ch(x=arrays['posedirs']), weights=Ch(x=arrays['weights']),
        weights_prior=arrays['weights'], kintree_table=kintree, f=np.asarray(arrays['f'], np.uint32),
        vert_sym_idxs=np.arange(count), pose_training_info={'gender': 'male', 'name': 'm\xe9'},
        bs_style='lbs', bs_type='lrotmin')


def same_arrays(one, other, tolerance=0.):
    for name in ARRAYS:
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=0, atol=tolerance, err_msg=name)


def test_smpl_pickle_as_distributed_equals_the_clean_npz(smpl_arrays, smpl_path, tmp_path):
    path = write_pickle(tmp_path / 'basicModel_m_lbs_10_207_0_v1.0.0.pkl', as_distributed(smpl_arrays))
    for piece in (b'cchumpy.reordering\nSelect\n', b'cscipy.sparse.csc\ncsc_matrix\n', b'T\x08\x00\x00\x00bs_style'):
        assert piece in path.read_bytes()
    with pytest.raises(ImportError):
        pickle.loads(path.read_bytes(), encoding='latin1')
    same_arrays(load_body(path), load_body(smpl_path))
    assert not load_body(path).hands_folded
    assert sys.modules['chumpy'] is None


def test_three_hundred_axes_and_as_many_as_asked_for(smpl_arrays, tmp_path):
    content = as_distributed(smpl_arrays)
    content['shapedirs'] = content['shapedirs'].a  # SMPL 1.1
    path = write_pickle(tmp_path / 'basicmodel_neutral_lbs_10_207_0_v1.1.0.pkl', content)
    assert load_body(path, num_betas=None).shapedirs.shape == load_body(path, num_betas=300).shapedirs.shape == (240, 3, 300)
    np.testing.assert_array_equal(load_body(path).shapedirs, smpl_arrays['shapedirs'])
    kept = load_body(path).shapedirs
    assert kept.base is None or kept.base.size == kept.size  # the other 290 are not kept in memory
    with pytest.raises(UserError, match='num_betas=301'):
        load_body(path, num_betas=301)


def full_size(seed):
    """Arrays of 6890 vertices that hang together: every vertex bound to two joints of its neighbourhood."""
    rng = np.random.default_rng(seed)
    count = 6890
    joints = np.zeros((24, 3))
    for j in range(1, 24):
        joints[j] = joints[PARENTS[j]] + 0.15 * rng.normal(size=3)
    own, share = np.arange(count) % 24, rng.random(count)
    weights = np.zeros((count, 24))
    weights[range(count), own] = share
    weights[range(count), np.maximum(np.array(PARENTS)[own], 0)] += 1 - share
    regressor = (own == np.arange(24)[:, None]) / (own == np.arange(24)[:, None]).sum(1, keepdims=True)
    return dict(v_template=joints[own] + 0.05 * rng.normal(size=(count, 3)),
                shapedirs=0.01 * rng.normal(size=(count, 3, 10)), posedirs=0.002 * rng.normal(size=(count, 3, 207)),
                weights=weights, J_regressor=regressor, f=rng.integers(count, size=(13776, 3)),
                kintree_table=np.array([PARENTS, range(24)]))


def smplx_model(layer, arrays, **more):
    smplx = pytest.importorskip('smplx')
    data = smplx.utils.Struct(**{**arrays, **more})
    landmarks = dict.fromkeys(smplx.vertex_ids.vertex_ids['smplh'], 0)
    return getattr(smplx, layer)(model_path='', data_struct=data, num_betas=10, vertex_ids=landmarks)


@pytest.mark.parametrize('size', ['small', 'full'])
@pytest.mark.parametrize('zeroed', [(), (5, 8, 11)])
def test_pickle_moves_as_in_smplx(size, zeroed, smpl_arrays, tmp_path, pose):
    arrays = smpl_arrays if size == 'small' else full_size(3)
    orient, body_pose, betas = pose(4, seed=7, scale=1.)
    body_pose[:, [j - 1 for j in zeroed]] = 0  # the paper's zero matrices are matrices like any other
    body = build_body(write_pickle(tmp_path / 'smpl.pkl', as_distributed(arrays)), mask_pose_blend=False)
    with torch.no_grad():
        expected = smplx_model('SMPLLayer', arrays)(global_orient=orient[:, None], body_pose=body_pose, betas=betas)
        got = body(orient, body_pose, betas)
    assert (got.vertices - expected.vertices).abs().max() < 1e-5
    assert (got.joints - expected.joints[:, :24]).abs().max() < 1e-5


@pytest.fixture
def smplh():
    rng = np.random.default_rng(5)
    count = 160
    weights, regressor = rng.random((count, 52)), rng.random((52, count))
    return dict(v_template=rng.normal(size=(count, 3)), shapedirs=0.1 * rng.normal(size=(count, 3, 16)),
                posedirs=0.01 * rng.normal(size=(count, 3, 459)), weights=weights / weights.sum(1, keepdims=True),
                J_regressor=regressor / regressor.sum(1, keepdims=True), f=rng.integers(0, count, (50, 3)),
                kintree_table=np.array([[*PARENTS[:22], *FINGERS], range(52)]).astype(np.uint32))


def hands():
    """What the merged SMPL-H and MANO files hold besides."""
    return dict(hands_componentsl=np.eye(45), hands_componentsr=np.eye(45), hands_meanl=np.ones(45), hands_meanr=np.ones(45),
                hands_coeffsl=np.ones((3, 45)), hands_coeffsr=np.ones((3, 45)))


@pytest.mark.parametrize('suffix', ['npz', 'pkl'])
def test_smplh_file_loads_with_folded_hands(suffix, smplh, tmp_path):
    path = tmp_path / f'SMPLH_MALE.{suffix}'
    if suffix == 'npz':  # of AMASS; the notes in it are objects, which nobody unpickles
        np.savez(path, **smplh, **hands(), pose_training_info=np.array({'gender': 'male'}), bs_style=np.array('lbs'))
    else:
        write_pickle(path, dict(smplh, **hands(), shapedirs=Ch(x=smplh['shapedirs']), bs_style='lbs',
                                J_regressor=scipy.sparse.csc_matrix(smplh['J_regressor'])))
    body = load_body(path)
    assert body.weights.shape == (160, 24) and body.posedirs.shape == (160, 3, 207) and body.shapedirs.shape == (160, 3, 10)
    np.testing.assert_allclose(body.weights[:, 23], smplh['weights'][:, 37:].sum(1))
    np.testing.assert_array_equal(body.J_regressor[22], smplh['J_regressor'][25])
    np.testing.assert_array_equal(body.posedirs[..., :189], smplh['posedirs'][..., :189])
    assert (body.posedirs[..., 189:] == 0).all() and body.hands_folded


def test_smplh_moves_as_in_smplx_while_the_hands_are_flat(smplh, tmp_path, pose):
    np.savez(tmp_path / 'smplh.npz', **smplh)
    orient, body_pose, betas = pose(3, seed=8)
    body_pose[:, 21:] = torch.eye(3)
    flat = torch.eye(3).expand(3, 15, 3, 3)
    with torch.no_grad():
        expected = smplx_model('SMPLHLayer', smplh, **hands())(
            global_orient=orient[:, None], body_pose=body_pose[:, :21], betas=betas,
            left_hand_pose=flat, right_hand_pose=flat)
        got = build_body(tmp_path / 'smplh.npz')(orient, body_pose, betas)
    assert (got.vertices - expected.vertices).abs().max() < 1e-5
    assert (got.joints - expected.joints[:, [*range(22), 25, 40]]).abs().max() < 1e-5


@pytest.mark.parametrize('change', [dict(kintree_table=np.zeros((2, 9), int)), dict(kintree_table=np.zeros(52, int)),
                                    dict(weights=np.ones((160, 30))), dict(posedirs=np.ones(160)), dict(fingers=21)])
def test_smplh_with_arrays_that_disagree_is_refused(change, smplh, tmp_path):
    if 'fingers' in change:
        smplh['kintree_table'][0, 25] = 21  # a left finger at the right wrist
        change = {}
    np.savez(tmp_path / 'smplh.npz', **{**smplh, **change})
    with pytest.raises(UserError, match='smplh.npz'):
        load_body(tmp_path / 'smplh.npz')


@pytest.mark.parametrize('joints, name', [
    (16, 'a hand of MANO'), (55, 'SMPL-X'), (5, 'a head of FLAME'), (7, 'no model known')])
def test_other_models_are_named(joints, name, smpl_arrays, tmp_path):
    np.savez(tmp_path / 'other.npz', **{**smpl_arrays, 'J_regressor': np.ones((joints, 240)) / 240})
    with pytest.raises(UserError, match=f'other.npz: J_regressor .* {name}'):
        load_body(tmp_path / 'other.npz')


class Bomb:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), 'w')


@pytest.mark.parametrize('change, message', [
    (dict(weights=None), 'body.pkl: weights is a NoneType, not an array'),
    (dict(v_template=[[0., 1, 2]]), 'v_template is a list'),
    (dict(shapedirs=Ch()), 'shapedirs is a ChumpyArray that does not fit together'),
    (dict(shapedirs=MatVecMult(mtx=1, vec=2)), 'shapedirs is a Chumpy, which cannot be turned'),
    (dict(shapedirs=Select(a=np.ones(3), idxs=np.array([5]))), 'shapedirs is a ChumpySelect that does not fit'),
    (dict(f=np.ones((4, 3))), 'f holds float64 where integers'), (dict(posedirs=np.array([{}])), 'posedirs holds object'),
    (dict(bs_style=Bomb), r'body.pkl asks for (_io|io|__builtin__).open, so it was refused'),
    ('list', 'holds a list, not the arrays'), ('cut', 'body.pkl is not a readable pickle'), ('gone', 'lacks weights')])
def test_damaged_and_hostile_pickles_are_refused(change, message, smpl_arrays, tmp_path):
    content, ran = as_distributed(smpl_arrays), tmp_path / 'ran'
    if isinstance(change, dict):
        content.update({name: Bomb(ran) if value is Bomb else value for name, value in change.items()})
    elif change == 'gone':
        del content['weights']
    path = write_pickle(tmp_path / 'body.pkl', [content] if change == 'list' else content)
    if change == 'cut':
        path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(UserError) as refusal:
        load_body(path)
    assert re.search(message, str(refusal.value)) and '\n' not in str(refusal.value) and not ran.exists()


def test_broken_sparse_regressor_is_named(smpl_arrays, tmp_path):
    content = as_distributed(smpl_arrays)
    content['J_regressor'].indices[3] = 10 ** 6  # scipy would write there
    with pytest.raises(UserError, match='J_regressor is a sparse matrix with entries outside of its shape'):
        load_body(write_pickle(tmp_path / 'body.pkl', content))


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


def test_human36m_head_and_jaw_on_smpl_are_the_crown_and_the_middle_between_the_ears():
    tables = smpl_files.keypoint_tables(6890)
    for row, vertices in ((42, [583, 4071]), (43, [411])):
        weights = dict(zip(tables['keypoint_vertex_ids'].tolist(), tables['keypoint_vertices'][row]))
        assert {v: w for v, w in weights.items() if w} == dict.fromkeys(vertices, 1 / len(vertices))


def test_landmarks_of_a_mesh_without_any_fall_on_the_nearest_joints():
    tables = smpl_files.keypoint_tables(240)
    assert tables['keypoint_vertex_ids'].size == 0 and tables['keypoint_vertices'].shape == (44, 0)
    expected = dict.fromkeys([0, 15, 16, 17, 18, 38, 42, 43], 15) | {19: 10, 20: 10, 21: 7, 22: 11, 23: 11, 24: 8}
    for keypoint, joint in expected.items():
        np.testing.assert_array_equal(tables['keypoint_joints'][keypoint], np.eye(24)[joint])
