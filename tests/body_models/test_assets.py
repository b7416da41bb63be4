"""Files that are no bodies are refused in one sentence; of a body as many shape axes are read as asked for."""
import numpy as np
import pytest

from ajahr_mm.body_models.assets import load_body
from ajahr_mm.io import UserError


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
