"""The command: what it writes, says and refuses."""
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from ajahr_mm.io.mesh_files import read_mesh
from ajahr_mm.io.meshes.obj import read_textured_obj
from ajahr_mm.io.meshes.rigged_glb_reader import read_rigged_glb

TOOL = Path(__file__).resolve().parents[2] / 'tools/misc/export_body.py'


@pytest.fixture
def run(monkeypatch, capsys):
    """Call with arguments: what the command prints; with ``refused`` the sentence of its refusal."""
    spec = importlib.util.spec_from_file_location('export_body', TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def call(*arguments, refused=False):
        monkeypatch.setattr(sys, 'argv', ['export_body.py', *map(str, arguments)])
        if not refused:
            module.main()
            return capsys.readouterr().out
        with pytest.raises(module.UserError) as caught:
            module.main()
        return str(caught.value)
    return call


def test_a_walk_on_a_transtibial_stump(tmp_path, run):
    said = run(tmp_path / 'walk.glb', '--limbs', 'left_leg=1.4', 'right_arm=2', '--betas', 1, -2, '--key-poses',
               'walk_contact', 'walk_pass', 'mirror:walk_contact', '--seconds', 1, '--fps', 20)
    assert 'left transtibial' in said and 'right wrist disarticulation' in said and '21 frames at 20' in said
    found = read_rigged_glb(tmp_path / 'walk.glb')
    assert len(found.clip.rotations) == 21 and found.clip.fps == pytest.approx(20)
    assert 'left_knee' in found.rig.joint_names and 'left_ankle' not in found.rig.joint_names
    # A cycle: the mirrored pose turns the right hip as the first one the left.
    first, last = (found.clip.rotations[i][[1, 2]] for i in (0, -1))
    mirror = np.array([[1, -1, -1], [-1, 1, 1], [-1, 1, 1]])
    np.testing.assert_allclose(last[1], first[0] * mirror, atol=1e-5)


def test_a_person_from_inference_as_obj_with_texture_coordinates(tmp_path, run):
    person = dict(smpl=dict(global_orient=[np.pi, 0, 0], body_pose=[[0, 0, 0]] * 23, betas=[0] * 10),
                  limb_extent=[3, 3, 1, 3], amputation='collapse')
    (tmp_path / 'a.json').write_text(json.dumps(person))
    said = run(tmp_path / 'a.obj', '--poses', tmp_path / 'a.json', '--uv')
    assert 'left knee disarticulation' in said
    found = read_textured_obj(tmp_path / 'a.obj')
    assert len(found.uv_faces) == len(found.mesh.faces) and found.mesh.vertices[:, 1].max() > .5, 'head up'
    both = run(tmp_path / 'b.ply', '--poses', tmp_path / 'a.json', '--limbs', 'right_leg=1', '--amputation', 'stump')
    assert 'left leg intact' in both and 'right knee' in both and len(read_mesh(tmp_path / 'b.ply').faces) > 10000


def test_textures_influences_and_flags(tmp_path, run):
    cv2.imwrite(str(tmp_path / 'skin.png'), np.zeros((8, 8, 3), np.uint8))
    run(tmp_path / 'a.glb', '--texture', tmp_path / 'skin.png', '--influences', 4, '--absent', 'flag', '--limbs', 'left_arm=0')
    found = read_rigged_glb(tmp_path / 'a.glb')
    assert found.rig.uv is not None and (found.rig.weights > 0).sum(1).max() <= 4 and found.rig.absent.sum() == 4


@pytest.mark.parametrize('arguments, words', [
    (['a.fbx'], '.glb, .obj, .ply'), (['a.glb', '--limbs', 'left_lag=1'], 'left_arm, right_arm'),
    (['a.glb', '--limbs', 'left_leg=x'], 'LIMB=EXTENT'), (['a.glb', '--limbs', 'left_leg=4'], 'outside'),
    (['a.glb', '--limbs', 'left_leg=nan'], 'limb_extent'), (['a.glb', '--betas'] + ['0'] * 11, '11 numbers'),
    (['a.glb', '--betas', 'nan'], 'finite'), (['a.glb', '--poses', 'absent.npz'], 'does not exist'),
    (['a.glb', '--key-poses', 'fly'], 'walk_contact'), (['a.glb', '--key-poses', 'stand', 'wave', '--seconds', '0'], 'seconds'),
    (['a.glb', '--key-poses', 'stand', 'wave', '--fps', '0'], 'fps'), (['a.ply', '--frame', '1'], 'no frame 1'),
    (['a.glb', '--body', 'absent.npz'], 'does not exist'), (['a.glb', '--texture', 'absent.png'], 'cannot be read'),
    (['a.glb', '--influences', '0'], '1 or more'), (['a.ply', '--uv'], 'choose .glb or .obj')])
def test_refusals(tmp_path, run, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    assert words in run(*arguments, refused=True)
    assert list(tmp_path.iterdir()) == []


def test_a_refusal_is_one_line_on_the_command_line(tmp_path):
    result = subprocess.run([sys.executable, str(TOOL), 'a.fbx'], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert result.returncode == 2 and result.stderr.splitlines()[-1].startswith('error: ') and 'Traceback' not in result.stderr
