"""Every promise of the packaged body, read from the shipped file with tools that are not ours: trimesh, scipy, smplx."""
import numpy as np
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from ajahr_mm.anatomy.keypoint_sets import keypoint_set
from ajahr_mm.anatomy.keypoints import COCO17, H36M17, HMR44
from ajahr_mm.anatomy.skeleton import FLIP
from ajahr_mm.body_models.assets import OPEN_BODY

trimesh = pytest.importorskip('trimesh')
MIRROR = np.array([-1., 1., 1.])
# SMPL's tree as Loper et al. publish it, written down once more on purpose.
NAMES = ('pelvis left_hip right_hip spine1 left_knee right_knee spine2 left_ankle right_ankle spine3 left_foot right_foot neck '
         'left_collar right_collar head left_shoulder right_shoulder left_elbow right_elbow left_wrist right_wrist left_hand '
         'right_hand').split()
PARENTS = [-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 20, 21]


@pytest.fixture(scope='module')
def raw():
    with np.load(OPEN_BODY, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


@pytest.fixture(scope='module')
def joints(raw):
    return dict(zip(NAMES, raw['J_regressor'].astype(np.float64) @ raw['v_template']))


def solid(raw, betas=None):
    vertices = raw['v_template'] if betas is None else raw['v_template'] + raw['shapedirs'] @ betas
    return trimesh.Trimesh(vertices, raw['f'], process=False)


def test_file_is_small_plain_and_free(raw):
    assert OPEN_BODY.stat().st_size <= 5e6
    assert all(array.dtype.kind in 'fiu' and np.isfinite(array).all() for array in raw.values())
    assert len(raw['v_template']) != 6890 and raw['shapedirs'].shape == (*raw['v_template'].shape, 10)
    beside = (OPEN_BODY.parent / 'README.md').read_text(encoding='utf-8')
    assert 'CC0 1.0' in beside and 'MakeHuman' in beside and 'build_open_body.py' in beside
    assert all(f'`{name}' in beside for name in raw)  # every array is explained


def test_joints_have_names_order_and_parents_of_smpl(raw):
    smplx_names = pytest.importorskip('smplx.joint_names').SMPLH_JOINT_NAMES
    assert list(raw['kintree_table'][0]) == PARENTS and list(raw['kintree_table'][1]) == list(range(24))
    assert list(smplx_names[:22]) == NAMES[:22]  # SMPL-H shares all joints but the hands


def test_t_pose_in_metres_facing_forward(raw, joints):
    v, parts = raw['v_template'], raw['part_labels']
    assert 1.5 < np.ptp(v[:, 1]) < 1.9 and 1.4 < np.ptp(v[:, 0]) < 1.9  # a person's height and span
    assert np.abs(joints['pelvis']).max() < 2e-3
    for name, at in joints.items():
        assert np.sign(at[0]) == {'l': 1, 'r': -1}[name[0]] if name.startswith(('left', 'right')) else abs(at[0]) < 1e-6
    order = ('left_foot', 'left_ankle', 'left_knee', 'left_hip', 'pelvis', 'spine1', 'spine2', 'spine3', 'neck', 'head')
    assert (np.diff([joints[name][1] for name in order]) > 0).all()  # y is up
    head, foot = v[parts == 15], v[np.isin(parts, (7, 8, 10, 11))]
    nose = head[head[:, 2].argmax()]
    assert abs(nose[0]) < 0.01 and nose[2] > joints['head'][2] + 0.05  # +z is the front: nose and toes point there
    assert foot[:, 2].max() - joints['left_ankle'][2] > 2 * (joints['left_ankle'][2] - foot[:, 2].min())
    arms = np.array([joints[f'left_{name}'] for name in ('shoulder', 'elbow', 'wrist', 'hand')])
    assert np.abs(arms[:, 1:] - arms[0, 1:]).max() < 2e-3  # level and straight
    for upper, lower in (('hip', 'knee'), ('knee', 'ankle')):
        step = joints[f'left_{lower}'] - joints[f'left_{upper}']
        assert np.degrees(np.arccos(-step[1] / np.linalg.norm(step))) < 5


def test_surface_is_watertight_for_trimesh(raw):
    assert 5000 <= len(raw['v_template']) <= 8000
    for betas in (None, 2 * np.ones(10), -2 * np.ones(10), *(3 * np.eye(10)), *(-3 * np.eye(10))):
        body = solid(raw, betas)
        assert body.is_watertight and body.is_winding_consistent and body.is_volume
        assert body.euler_number == 2 and body.body_count == 1
        assert 0.02 < body.volume < 0.13 and body.area_faces.min() > 1e-9


def test_mirror_is_the_reflection_and_maps_faces_onto_faces(raw):
    mirror, v = raw['mirror'], raw['v_template']
    assert (cKDTree(v).query(v * MIRROR)[1] == mirror).all()
    np.testing.assert_array_equal(v[mirror] * MIRROR, v)  # to the last bit
    assert (mirror[mirror] == np.arange(len(v))).all()
    assert (mirror == np.arange(len(v))).sum() == (v[:, 0] == 0).sum() > 50  # the midline

    def turned(faces):  # every triangle from its smallest corner on, so that the winding stays
        return {tuple(np.roll(f, -f.argmin())) for f in faces}
    assert turned(mirror[raw['f']][:, ::-1]) == turned(raw['f'])
    reflected = raw['shapedirs'][mirror] * MIRROR[:, None]
    assert np.abs(reflected - raw['shapedirs']).max() < 1e-7


def test_weights_are_a_partition_and_stay_on_their_side(raw):
    weights, x = raw['weights'], raw['v_template'][:, 0]
    assert weights.min() >= 0 and np.abs(weights.sum(1, dtype=np.float64) - 1).max() < 1e-6
    np.testing.assert_allclose(weights[raw['mirror']][:, list(FLIP)], weights, atol=1e-6)
    right_limb = [NAMES.index(f'right_{n}') for n in ('elbow', 'wrist', 'hand', 'knee', 'ankle', 'foot')]
    assert weights[x > 0.01][:, right_limb].max() == 0
    along = [NAMES.index(f'left_{n}') for n in ('shoulder', 'elbow', 'wrist', 'hand')]
    centres = [np.average(x, weights=weights[:, j]) for j in along]
    assert (np.diff(centres) > 0.05).all()


def test_part_labels_are_whole_patches_of_skin(raw):
    labels, faces = raw['part_labels'], raw['f']
    assert (labels == raw['weights'].argmax(1)).all() and set(labels) == set(range(24))
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]]])
    edges = edges[labels[edges[:, 0]] == labels[edges[:, 1]]]
    graph = coo_matrix((np.ones(len(edges)), edges.T), (len(labels),) * 2)
    patch = connected_components(graph, directed=False)[1]
    # The arms part the upper trunk into chest and back, the palm the thumb from the fingers.
    patches = {name: len(np.unique(patch[labels == part])) for part, name in enumerate(NAMES)}
    assert patches == {name: 2 if name in ('spine3', 'left_hand', 'right_hand') else 1 for name in NAMES}


def test_shape_axes_are_principal_and_in_standard_deviations(raw):
    """Squared length of an axis in standard deviations is its variance, so it is in proportion to the share."""
    axes = raw['shapedirs'].reshape(-1, 10).astype(np.float64)
    gram = axes.T @ axes
    np.testing.assert_allclose(np.diag(gram) / gram[0, 0], raw['shape_shares'] / raw['shape_shares'][0], rtol=1e-4)
    scale = np.sqrt(np.diag(gram))
    assert np.abs(gram / np.outer(scale, scale) - np.eye(10)).max() < 1e-4
    assert raw['shape_shares'].sum() > 0.99 and (np.diff(raw['shape_shares']) < 0).all()
    statures = [np.ptp((raw['v_template'] + b * raw['shapedirs'][..., 0])[:, 1]) for b in (-2, 2)]
    assert 0.3 < statures[1] - statures[0] < 0.45  # the first axis is stature, about 9 cm a standard deviation


def test_uv_layout_covers_the_surface_once(raw):
    uv, uv_faces, faces = raw['uv'], raw['uv_faces'], raw['f']
    assert uv.min() >= 0 and uv.max() <= 1 and uv_faces.shape == faces.shape
    assert set(np.unique(uv_faces)) == set(range(len(uv)))
    owner = np.full(len(uv), -1)
    owner[uv_faces] = faces
    assert (owner[uv_faces] == faces).all()  # a texture vertex belongs to one vertex
    a, b, c = uv[uv_faces].transpose(1, 0, 2).astype(np.float64)
    area = ((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]) / 2
    assert 0.3 < np.abs(area).sum() < 1 and (area > 0).mean() > 0.98  # hardly anything folded over


@pytest.mark.parametrize('name, count', [('smpl24', 24), ('hmr44', 44), ('coco17', 17), ('h36m17', 17), ('tokens21', 21)])
def test_regressors_are_convex_and_symmetric(raw, name, count):
    rows = raw['J_regressor' if name == 'smpl24' else f'J_regressor_{name}']
    assert rows.shape == (count, len(raw['v_template'])) and rows.min() >= 0
    np.testing.assert_allclose(rows.sum(1), 1, atol=1e-5)
    flip = list(keypoint_set(name).flip)
    np.testing.assert_allclose(rows[flip][:, raw['mirror']], rows, atol=1e-6)


def test_regressed_keypoints_lie_where_their_names_say(raw, joints):
    v = raw['v_template'].astype(np.float64)
    coco, h36m, hmr = (dict(zip(names, raw[f'J_regressor_{key}'] @ v))
                       for names, key in ((COCO17, 'coco17'), (H36M17, 'h36m17'), (HMR44, 'hmr44')))
    np.testing.assert_allclose(raw['J_regressor_tokens21'] @ v, list(joints.values())[1:22], atol=1e-6)
    for name in COCO17:
        np.testing.assert_allclose(coco[name], hmr[name], atol=1e-7)
    for side in ('left', 'right'):
        for part in ('shoulder', 'elbow', 'wrist', 'hip', 'knee', 'ankle'):
            for points in (coco, h36m, hmr):
                np.testing.assert_allclose(points[f'{side}_{part}'], joints[f'{side}_{part}'], atol=1e-6)
        skin = cKDTree(v).query([coco[f'{side}_{part}'] for part in ('eye', 'ear')])[0]
        assert skin.max() < 1e-6 and coco[f'{side}_ear'][2] < coco[f'{side}_eye'][2] < coco['nose'][2]
        assert coco[f'{side}_eye'][1] > coco['nose'][1] and abs(coco[f'{side}_ear'][0]) > abs(coco[f'{side}_eye'][0]) > 0.02
        assert abs(hmr[f'{side}_small_toe'][0]) > abs(hmr[f'{side}_big_toe'][0]) > 0
        assert hmr[f'{side}_big_toe'][2] > joints[f'{side}_ankle'][2] > hmr[f'{side}_heel'][2]
    np.testing.assert_allclose(h36m['pelvis'], (joints['left_hip'] + joints['right_hip']) / 2, atol=1e-6)
    column = [h36m[name][1] for name in ('pelvis', 'spine', 'thorax', 'jaw', 'head')]
    assert (np.diff(column) > 0.1).all() and column[-1] == pytest.approx(v[:, 1].max())
    assert 0.08 < column[4] - column[3] < 0.15  # Human3.6M's marker skeleton: 11.5 cm
    np.testing.assert_allclose(h36m['head'], hmr['lsp_head_top'], atol=1e-7)
    np.testing.assert_allclose(h36m['jaw'], (hmr['left_ear'] + hmr['right_ear']) / 2, atol=1e-7)
    for name in ('spine', 'jaw', 'head'):
        np.testing.assert_array_equal(h36m[name], hmr[f'h36m_{name}'])
