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


def edited(arrays, name, place, value):
    array = np.array(arrays[name], copy=True)
    array[place] = value
    return {name: array}


DAMAGE = {
    'gone': (lambda a: dict(weights=None), 'lacks weights'),
    'all gone': (lambda a: dict.fromkeys(a), 'lacks v_template, shapedirs, weights, J_regressor, f, kintree_table'),
    'two coordinates': (lambda a: dict(v_template=a['v_template'][:, :2]), r'v_template has shape \(240, 2\)'),
    'one number': (lambda a: dict(v_template=np.array(1.)), 'v_template has shape'),
    'fewer vertices': (lambda a: dict(weights=a['weights'][:239]), r'weights has shape \(239, 24\) where \(240, 24\)'),
    'more vertices': (lambda a: dict(v_template=np.ones((241, 3))), 'has shape .* the file does not fit together'),
    'fewer in the axes': (lambda a: dict(shapedirs=a['shapedirs'][:200]), 'shapedirs has shape'),
    'fewer in the regressor': (lambda a: dict(J_regressor=a['J_regressor'][:, 1:]), 'J_regressor has shape'),
    'regressor turned': (lambda a: dict(J_regressor=a['J_regressor'].T), 'J_regressor has shape .* no model known'),
    'pose blend shapes of another': (lambda a: dict(posedirs=a['posedirs'][..., :93]), 'posedirs has shape'),
    'quads': (lambda a: dict(f=np.zeros((9, 4), int)), r'faces has shape \(9, 4\) where \(9, 3\)'),
    'no faces': (lambda a: dict(f=np.zeros((0, 3), int)), 'f has shape'),
    'nan': (lambda a: edited(a, 'shapedirs', (3, 1, 2), np.nan), 'shapedirs holds NaN or infinity'),
    'infinite': (lambda a: edited(a, 'posedirs', (3, 1, 2), -np.inf), 'posedirs holds NaN or infinity'),
    'vertex too many': (lambda a: edited(a, 'f', (0, 0), 240), 'faces point outside'),
    'vertex below zero': (lambda a: edited(a, 'f', (0, 0), -1), 'faces point outside'),
    'sum': (lambda a: edited(a, 'weights', 7, np.full(24, .5 / 24)), 'weights of a vertex do not sum to 1'),
    'negative': (lambda a: edited(a, 'weights', 7, np.eye(24)[0] * 1.5 - np.eye(24)[1] * .5), 'fall to -0.5, below zero'),
    'regressor of nothing': (lambda a: edited(a, 'J_regressor', 5, 0.), 'J_regressor of a joint does not sum to 1'),
    'other tree': (lambda a: edited(a, 'kintree_table', (0, 5), 9), 'not the joint tree'),
    'other order': (lambda a: edited(a, 'kintree_table', (1, 5), 9), 'not the joint tree'),
    'short tree': (lambda a: dict(kintree_table=a['kintree_table'][:, :9]), 'not the joint tree'),
    'flat tree': (lambda a: dict(kintree_table=a['kintree_table'][0]), 'not the joint tree'),
    'tree of text': (lambda a: dict(kintree_table=a['kintree_table'].astype(str)), 'kintree_table holds <U'),
    'faces of floats': (lambda a: dict(f=a['f'] * 1.), 'f holds float64 where integers were expected'),
    'text': (lambda a: dict(weights=np.full((240, 24), 'x')), 'weights holds <U1 where numbers were expected'),
    'objects': (lambda a: dict(weights=np.full((240, 24), None)), "'weights' holds pickled Python objects"),
    'few axes': (lambda a: dict(shapedirs=a['shapedirs'][..., :4]), 'num_betas=10'),
    'flat axes': (lambda a: dict(shapedirs=a['shapedirs'].reshape(720, 10)), 'has shape axes'),
    'keypoints': (lambda a: dict(keypoint_joints=np.ones((17, 24)), keypoint_vertices=np.ones((44, 1)),
                                 keypoint_vertex_ids=np.array([0])), 'keypoint_joints has shape'),
    'landmark': (lambda a: dict(keypoint_joints=np.ones((44, 24)), keypoint_vertices=np.ones((44, 1)),
                                keypoint_vertex_ids=np.array([240])), 'keypoint_vertex_ids point outside'),
    'texture': (lambda a: dict(uv=np.ones((5, 2)), uv_faces=np.full((476, 3), 5, np.uint32)), 'uv_faces point outside'),
}


@pytest.mark.parametrize('name', DAMAGE)
def test_damaged_files_are_refused(name, smpl_arrays, tmp_path):
    change, message = DAMAGE[name]
    arrays = {k: v for k, v in {**smpl_arrays, **change(smpl_arrays)}.items() if v is not None}
    np.savez(tmp_path / 'body.npz', **arrays)
    with pytest.raises(UserError, match=f'body.npz.*{message}') as refusal:
        load_body(tmp_path / 'body.npz')
    assert '\n' not in str(refusal.value)


@pytest.mark.parametrize('kept', [0.9, 0.5, 0.01, 0.])
def test_cut_off_archives_are_refused(kept, smpl_path, tmp_path):
    data = smpl_path.read_bytes()
    (tmp_path / 'body.npz').write_bytes(data[:int(len(data) * kept)])
    with pytest.raises(UserError, match='body.npz is not a readable npz file|body.npz is empty'):
        load_body(tmp_path / 'body.npz')


def test_missing_file_and_pickles_are_refused(tmp_path):
    with pytest.raises(UserError, match='does not exist'):
        load_body(tmp_path / 'none.npz')
    bomb = tmp_path / 'SMPL_NEUTRAL.pkl'
    bomb.write_bytes(b"cos\nsystem\n(S'touch " + str(tmp_path / 'ran').encode() + b"'\ntR.")
    with pytest.raises(UserError, match='SMPL_NEUTRAL.pkl asks for os.system, so it was refused') as refusal:
        load_body(bomb)
    assert '\n' not in str(refusal.value) and not (tmp_path / 'ran').exists()
    np.savez(tmp_path / 'object.npz', v_template=np.array([{}], dtype=object))
    with pytest.raises(UserError, match='pickled Python objects'):
        load_body(tmp_path / 'object.npz')


def test_num_betas_takes_the_first_axes(smpl_path, smpl_arrays):
    np.testing.assert_array_equal(load_body(smpl_path, num_betas=4).shapedirs, smpl_arrays['shapedirs'][..., :4])
    np.testing.assert_array_equal(load_body(smpl_path, num_betas=None).shapedirs, smpl_arrays['shapedirs'])
