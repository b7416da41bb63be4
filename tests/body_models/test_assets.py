"""The packaged body keeps its promises; files that are no bodies are refused in one sentence."""
import numpy as np
import pytest

from ajahr_mm.anatomy.keypoints import HMR44, HMR44_FLIP
from ajahr_mm.anatomy.skeleton import FLIP, JOINTS, PARENTS
from ajahr_mm.body_models.assets import OPEN_BODY, load_body
from ajahr_mm.io import UserError

MIRROR = np.array([-1., 1., 1.])


@pytest.fixture(scope='module')
def raw():
    with np.load(OPEN_BODY, allow_pickle=False) as archive:
        return dict(archive)


@pytest.fixture(scope='module')
def body():
    return load_body('open')


def test_open_body_is_small_and_in_the_layout_of_smpl(raw):
    count = len(raw['v_template'])
    assert OPEN_BODY.stat().st_size <= 5e6 and 5000 <= count <= 8000 and count != 6890
    assert raw['shapedirs'].shape == (count, 3, 10) and raw['J_regressor'].shape == (24, count)
    assert tuple(raw['kintree_table'][0]) == PARENTS
    assert raw['uv'].min() >= 0 and raw['uv'].max() <= 1 and raw['uv_faces'].max() < len(raw['uv'])
    assert raw['uv_faces'].shape == raw['f'].shape


def test_surface_is_closed_oriented_and_of_one_piece(raw):
    faces = raw['f'].astype(np.int64)
    directed = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    count = len(raw['v_template'])
    code, reverse = directed[:, 0] * count + directed[:, 1], directed[:, 1] * count + directed[:, 0]
    assert len(np.unique(code)) == len(code) and set(code) == set(reverse)  # every edge once in each direction
    assert count - len(code) // 2 + len(faces) == 2                        # a ball: one piece, no handles
    a, b, c = raw['v_template'][faces].astype(np.float64).transpose(1, 0, 2)
    volume = np.einsum('ij,ij->', a, np.cross(b, c)) / 6
    assert 0.04 < volume < 0.09                                             # outward, litres of a grown person


def test_weights_and_regressor_are_convex(raw):
    for rows in (raw['weights'], raw['J_regressor']):
        assert rows.min() >= 0
        np.testing.assert_allclose(rows.sum(1), 1, atol=1e-5)
    assert (raw['part_labels'] == raw['weights'].argmax(1)).all() and set(raw['part_labels']) == set(range(24))


def test_left_and_right_are_mirror_images(raw):
    mirror = raw['mirror']
    assert (mirror[mirror] == np.arange(len(mirror))).all()
    np.testing.assert_array_equal(raw['v_template'][mirror] * MIRROR, raw['v_template'])
    np.testing.assert_allclose(raw['shapedirs'][mirror] * MIRROR[:, None], raw['shapedirs'], atol=1e-7)
    np.testing.assert_allclose(raw['weights'][mirror][:, list(FLIP)], raw['weights'], atol=1e-6)
    np.testing.assert_allclose(raw['J_regressor'][list(FLIP)][:, mirror], raw['J_regressor'], atol=1e-6)
    faces = {frozenset(f) for f in raw['f'].tolist()}
    assert {frozenset(f) for f in mirror[raw['f']].tolist()} == faces


def test_t_pose_stands_upright_with_level_arms(body):
    joints = dict(zip(JOINTS, body.J_regressor @ body.v_template))
    assert np.abs(joints['pelvis']).max() < 2e-3
    for side, sign in (('left', 1), ('right', -1)):
        for outer, inner in (('elbow', 'shoulder'), ('wrist', 'elbow'), ('hand', 'wrist')):
            step = joints[f'{side}_{outer}'] - joints[f'{side}_{inner}']
            assert sign * step[0] > 0.99 * np.linalg.norm(step)
        shank = joints[f'{side}_ankle'] - joints[f'{side}_knee']
        assert -shank[1] > 0.99 * np.linalg.norm(shank)
        assert joints[f'{side}_foot'][2] > joints[f'{side}_ankle'][2] + 0.08
    assert 1.55 < np.ptp(body.v_template[:, 1]) < 1.8


def test_shape_axes_are_uncorrelated_and_ordered(body):
    axes = body.shapedirs.reshape(-1, 10)
    gram = axes.T @ axes
    size = np.sqrt(np.diag(gram))
    assert (np.diff(size) <= 1e-6).all()
    assert np.abs(gram / np.outer(size, size) - np.eye(10)).max() < 1e-3


def test_keypoints_lie_where_their_names_say(body):
    joints = body.J_regressor @ body.v_template
    points = body.keypoint_joints @ joints + body.keypoint_vertices @ body.v_template[body.keypoint_vertex_ids]
    np.testing.assert_allclose(body.keypoint_joints.sum(1) + body.keypoint_vertices.sum(1), 1, atol=1e-6)
    np.testing.assert_allclose(points[list(HMR44_FLIP)] * MIRROR, points, atol=1e-6)
    at = dict(zip(HMR44, points))
    assert at['lsp_head_top'][1] == body.v_template[:, 1].max()
    assert at['nose'][2] > at['left_eye'][2] > at['left_ear'][2] and at['left_eye'][1] > at['nose'][1]
    assert at['left_ear'][0] > at['left_eye'][0] > 0
    assert at['left_small_toe'][0] > at['left_big_toe'][0] > 0
    assert at['left_big_toe'][2] > at['left_ankle'][2] > at['left_heel'][2]


@pytest.mark.parametrize('name, change, message', [
    ('gone', 'weights', 'lacks weights'), ('shape', 'v_template', 'v_template has shape'),
    ('nan', 'shapedirs', 'NaN or infinity'), ('faces', 'f', 'point outside'), ('sum', 'weights', 'do not sum to 1'),
    ('tree', 'kintree_table', 'not the joint tree'), ('axes', 'shapedirs', 'num_betas=10')])
def test_damaged_files_are_refused(smpl_arrays, tmp_path, name, change, message):
    arrays = {k: np.array(v) for k, v in smpl_arrays.items()}
    if name == 'gone':
        del arrays[change]
    elif name == 'shape':
        arrays[change] = arrays[change][:, :2]
    elif name == 'nan':
        arrays[change][3, 1, 2] = np.nan
    elif name == 'faces':
        arrays[change][0, 0] = 240
    elif name == 'sum':
        arrays[change][7] *= 0.5
    elif name == 'tree':
        arrays[change][0, 5] = 9
    else:
        arrays[change] = arrays[change][..., :4]
    np.savez(tmp_path / 'body.npz', **arrays)
    with pytest.raises(UserError, match=message):
        load_body(tmp_path / 'body.npz')


def test_missing_file_and_pickles_are_refused(tmp_path):
    with pytest.raises(UserError, match='does not exist'):
        load_body(tmp_path / 'none.npz')
    bomb = tmp_path / 'SMPL_NEUTRAL.pkl'
    bomb.write_bytes(b"cos\nsystem\n(S'touch " + str(tmp_path / 'ran').encode() + b"'\ntR.")
    with pytest.raises(UserError, match='numpy.savez') as refusal:
        load_body(bomb)
    assert '\n' not in str(refusal.value) and not (tmp_path / 'ran').exists()
    np.savez(tmp_path / 'object.npz', v_template=np.array([{}], dtype=object))
    with pytest.raises(UserError, match='pickled Python objects'):
        load_body(tmp_path / 'object.npz')


def test_num_betas_takes_the_first_axes(smpl_path, smpl_arrays):
    np.testing.assert_array_equal(load_body(smpl_path, num_betas=4).shapedirs, smpl_arrays['shapedirs'][..., :4])
