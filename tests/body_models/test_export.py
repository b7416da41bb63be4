"""Exported bodies: the file, skinned by itself, is the body model in every frame; limbs are named; refusals."""
import json

import numpy as np
import pytest
import torch
import trimesh
from scipy.spatial import KDTree

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.skeleton import JOINTS
from ajahr_mm.body_models import build_body
from ajahr_mm.body_models.export import export_body, limb_facts, posed_vertices, rig_body, rig_error
from ajahr_mm.io import UserError
from ajahr_mm.io.mesh_files import read_mesh
from ajahr_mm.io.meshes.cleaning import CONTRACT_BELOW
from ajahr_mm.io.meshes.rig import Clip, pose_rig
from ajahr_mm.io.meshes.rigged_glb_reader import read_rigged_glb

MIXED = [1.4, 2.5, .6, 1.]


@pytest.fixture
def motion(pose):
    root, joints, _ = pose(4, seed=3)
    return Clip(torch.cat([root[:, None], joints], 1).numpy(), np.arange(12).reshape(4, 3) / 10)


@pytest.mark.parametrize('extent', [None, [2, 1, 2, 1], [0, 3, 3, 0], MIXED, [1.1, 2.1, .05, 2.75]])
def test_a_stump_in_a_file_is_the_body_model_in_every_frame(tmp_path, open_body, motion, extent):
    betas = np.random.default_rng(0).normal(size=10)
    export_body(tmp_path / 'a.glb', open_body, motion, betas, extent)
    found = read_rigged_glb(tmp_path / 'a.glb')
    # The file leaves vertices out that fell together; what is left is found by its place in the rest pose.
    rest = rig_body(open_body, betas, extent).vertices
    distance, places = KDTree(rest).query(found.rig.vertices, k=2)
    assert distance[:, 0].max() < 1e-6
    lone, places = distance[:, 1] > 2 * CONTRACT_BELOW, places[:, 0]
    assert lone.mean() > .99
    turns = np.tile(np.eye(3), (4, 24, 1, 1))
    turns[:, [JOINTS.index(name) for name in found.rig.joint_names]] = found.clip.rotations
    expected = posed_vertices(open_body, motion, betas, extent)[:, places]
    for frame in range(4):
        posed = pose_rig(found.rig, found.clip.rotations[frame], found.clip.translation[frame])
        error = np.linalg.norm(posed - expected[frame], axis=1)
        # Where several fell together, at the pole of a stump, one stands for all, also for those that bend otherwise.
        assert error[lone].max() < 2e-6 and error.max() < 2e-3


@pytest.mark.parametrize('amputation, extent, limit', [
    ('stump', MIXED, 1e-6), ('stump', [0, 0, 0, 0], 1e-6), ('collapse', [2, 1, 2, 1], 1e-6),
    ('collapse', [0, 3, 3, 0], 0.03)])
def test_how_near_the_skin_comes(open_body, motion, amputation, extent, limit):
    error = rig_error(open_body, motion, None, extent, amputation)
    assert error.shape == (4, open_body.num_vertices) and error.max() < limit
    # Where the paper's zero matrices pull at shoulder or hip, a skin can only follow nearly.
    assert error.mean() < 1e-3


def test_four_influences_are_near_and_all_are_exact(open_body, motion):
    four, every = rig_error(open_body, motion, max_influences=4), rig_error(open_body, motion)
    assert every.max() < 1e-6 < four.max() < 0.05 and four.mean() < 2e-4


def test_posed_vertices_are_those_of_the_model(open_body, motion):
    expected = open_body(torch.as_tensor(motion.rotations[:, 0]).float(), torch.as_tensor(motion.rotations[:, 1:]).float(),
                         torch.zeros(4, 10), torch.as_tensor(motion.translation).float()).vertices
    np.testing.assert_allclose(posed_vertices(open_body, motion), expected, atol=1e-6)


@pytest.mark.parametrize('amputation', ['stump', 'collapse'])
@pytest.mark.parametrize('suffix', ['.obj', '.ply', '.glb'])
def test_closed_meshes_without_degenerate_faces(tmp_path, open_body, motion, suffix, amputation):
    export_body(tmp_path / f'a{suffix}', open_body, motion, None, [2, 1, .5, 0], amputation, frame=0)
    mesh = read_mesh(tmp_path / f'a{suffix}')
    solid = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)
    assert solid.is_watertight and solid.volume > .02 and len(mesh.faces) < len(open_body.faces)
    if suffix != '.glb':  # a GLB is cleaned in rest, and shown posed
        assert solid.area_faces.min() > 0


@pytest.mark.parametrize('suffix', ['.obj', '.ply'])
def test_a_still_of_a_frame(tmp_path, open_body, motion, suffix):
    export_body(tmp_path / f'a{suffix}', open_body, motion, frame=2)
    np.testing.assert_allclose(read_mesh(tmp_path / f'a{suffix}').vertices, posed_vertices(open_body, motion)[2], atol=1e-6)


def test_the_limbs_are_told(tmp_path, open_body):
    export_body(tmp_path / 'a.glb', open_body, None, None, [3, 2, 1.4, 0])
    extras = read_rigged_glb(tmp_path / 'a.glb').extras
    assert extras == json.loads(json.dumps(limb_facts([3, 2, 1.4, 0])))
    table = {fact['limb']: fact for fact in extras['limbs']}
    assert [table[name]['extent'] for name in limbs.LIMBS] == [3, 2, 1.4, 0]
    assert [table[name]['limb_class'] for name in limbs.LIMBS] == [0, 1, 2, 3]
    assert table['left_leg']['iso_8549'] == 'left transtibial'
    assert table['right_leg']['iso_8549'] == 'right hip disarticulation'
    assert [table[name]['ajahr_label'] for name in limbs.LIMBS] == [12, 0, 7, 11] and extras['ajahr_labels'] == [0, 7, 11]
    assert extras['amputation'] == 'stump' and limb_facts(None)['ajahr_labels'] == [12]


@pytest.mark.parametrize('amputation, lost', [
    ('stump', {'left_ankle', 'left_foot', 'right_wrist', 'right_hand'}),
    ('collapse', {'left_knee', 'left_ankle', 'left_foot', 'right_wrist', 'right_hand'})])
def test_bones_of_lost_limbs_are_left_out_or_flagged(tmp_path, open_body, amputation, lost):
    extent = [3, 2, 1.4, 3]
    export_body(tmp_path / 'a.glb', open_body, None, None, extent, amputation)
    assert set(JOINTS) - set(read_rigged_glb(tmp_path / 'a.glb').rig.joint_names) == lost
    export_body(tmp_path / 'b.glb', open_body, None, None, extent, amputation, absent='flag')
    rig = read_rigged_glb(tmp_path / 'b.glb').rig
    assert {name for name, gone in zip(rig.joint_names, rig.absent) if gone} == lost and len(rig.joint_names) == 24


def test_pose_blend_shapes_are_the_only_thing_a_skin_lacks(smpl_path, motion):
    body = build_body(smpl_path)
    assert rig_error(body, motion).max() > 1e-3
    flat = dict(np.load(smpl_path), posedirs=np.zeros((240, 3, 207)))
    np.savez(smpl_path.with_name('flat.npz'), **flat)
    assert rig_error(build_body(smpl_path.with_name('flat.npz')), motion).max() < 2e-6


@pytest.mark.parametrize('options, words', [
    (dict(betas=[0] * 9), 'betas'), (dict(betas=[np.nan] * 10), 'betas'), (dict(betas='tall'), 'rows of numbers'),
    (dict(limb_extent=[3, 3, 3]), 'limb_extent'), (dict(limb_extent=[3, 3, 3, 4]), 'outside'),
    (dict(limb_extent=[3, 3, 3, np.nan]), 'limb_extent'), (dict(amputation='cut'), 'collapse, stump'),
    (dict(frame=1), 'no frame 1'), (dict(frame=-1), 'no frame -1'), (dict(absent='x'), 'drop, flag'),
    (dict(clip=Clip(np.tile(np.eye(3), (1, 22, 1, 1)))), '22 joints'), (dict(colors=np.zeros((3, 3))), 'colors')])
def test_what_is_refused_leaves_no_file(tmp_path, open_body, options, words):
    with pytest.raises(UserError, match=words):
        export_body(tmp_path / 'a.glb', open_body, **options)
    assert list(tmp_path.iterdir()) == []


def test_places_and_bodies_that_cannot_be_exported(tmp_path, open_body, smpl_path):
    with pytest.raises(UserError, match='.glb, .obj, .ply'):
        export_body(tmp_path / 'a.fbx', open_body)
    (tmp_path / 'file').write_text('')
    with pytest.raises(UserError, match='cannot be written'):
        export_body(tmp_path / 'file' / 'a.glb', open_body)
    with pytest.raises(UserError, match='all its vertices'):
        export_body(tmp_path / 'a.glb', build_body('open', vertex_ids=range(10)))
    with pytest.raises(UserError, match='no texture coordinates'):
        export_body(tmp_path / 'a.glb', build_body(smpl_path), uv=True)
