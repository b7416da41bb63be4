"""convert_smpl.py writes what the body layer reads, says what it read, and refuses in one sentence."""
import importlib.util
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse

from ajahr_mm.anatomy.skeleton import PARENTS
from ajahr_mm.body_models.assets import OPEN_BODY, load_body
from ajahr_mm.io import exit_on_user_error

TOOL = Path(__file__).resolve().parents[2] / 'tools/body_models/convert_smpl.py'
FINGERS = [20, 22, 23] * 5 + [21, 37, 38] * 5


@pytest.fixture
def convert(monkeypatch, capsys):
    """Runs the tool in this process: the exit code and what it printed."""
    spec = importlib.util.spec_from_file_location('convert_smpl', TOOL)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)

    def run(*arguments, code=0):
        monkeypatch.setattr(sys, 'argv', ['convert_smpl.py', *map(str, arguments)])
        returned = 0
        try:
            with exit_on_user_error():
                tool.main()
        except SystemExit as end:
            returned = end.code
        printed = capsys.readouterr()
        assert returned == code, printed
        return printed.out + printed.err
    return run


def model(joints):
    """A pickle like that of SMPL (24 joints) or SMPL-H (52) with 30 vertices and 12 shape axes."""
    rng = np.random.default_rng(joints)
    weights, regressor = rng.random((30, joints)), rng.random((joints, 30))
    parents = [*PARENTS] if joints == 24 else [*PARENTS[:22], *FINGERS]
    return dict(v_template=rng.normal(size=(30, 3)), shapedirs=rng.normal(size=(30, 3, 12)), bs_type='lrotmin',
                posedirs=rng.normal(size=(30, 3, 9 * (joints - 1))), weights=weights / weights.sum(1, keepdims=True),
                J_regressor=scipy.sparse.csc_matrix(regressor / regressor.sum(1, keepdims=True)),
                f=rng.integers(30, size=(40, 3)).astype(np.uint32),
                kintree_table=np.array([parents, range(joints)]).astype(np.uint32))


@pytest.mark.parametrize('joints, hands', [(24, 'not folded: 24 joints read'), (52, 'folded: 52 joints read')])
def test_written_file_is_the_same_body(joints, hands, convert, tmp_path):
    source, target = tmp_path / 'in.pkl', tmp_path / 'models' / 'out.npz'
    source.write_bytes(pickle.dumps(model(joints), 2))
    said = convert(source, target)
    for piece in ('vertices  30, faces 40', 'joints    24', f'hands     {hands}', 'axes      12 of shape, 207 of pose',
                  str(target)):
        assert piece in said
    one, other = load_body(source, num_betas=12), load_body(target, num_betas=12)
    for name in ('v_template', 'shapedirs', 'posedirs', 'weights', 'J_regressor', 'faces'):
        np.testing.assert_allclose(getattr(other, name), getattr(one, name), atol=1e-6)
    with np.load(target, allow_pickle=False) as archive:
        kinds = {name: archive[name].dtype.str for name in archive}
    assert kinds == dict(v_template='<f4', shapedirs='<f4', posedirs='<f4', weights='<f4', J_regressor='<f4', f='<i4',
                         kintree_table='<i4')
    assert [path.name for path in target.parent.iterdir()] == ['out.npz']


def test_fewer_axes_and_a_second_conversion_change_nothing_else(convert, tmp_path):
    convert(OPEN_BODY, tmp_path / 'once.npz', '--num-betas', 3)
    convert(tmp_path / 'once.npz', tmp_path / 'twice.npz')
    with np.load(OPEN_BODY) as first, np.load(tmp_path / 'once.npz') as once, np.load(tmp_path / 'twice.npz') as twice:
        assert once['shapedirs'].shape[2] == 3 and set(once) == set(twice)
        for name in once:
            np.testing.assert_array_equal(once[name], twice[name])
            np.testing.assert_array_equal(once[name], first[name][..., :3] if name == 'shapedirs' else first[name])


def test_refusals_leave_nothing_behind(convert, tmp_path):
    good, evil, out = tmp_path / 'good.pkl', tmp_path / 'evil.pkl', tmp_path / 'out.npz'
    good.write_bytes(pickle.dumps(model(24), 2))
    evil.write_bytes(b"cos\nsystem\n(S'touch " + str(tmp_path / 'ran').encode() + b"'\ntR.")
    for arguments, message in (
            ((tmp_path / 'none.pkl', out), 'none.pkl does not exist'), ((evil, out), 'evil.pkl asks for os.system'),
            ((good, tmp_path / 'out.pkl'), 'should end in .npz'), ((good, out, '--num-betas', 13), 'num_betas=13'),
            ((good, out, '--num-betas', 0), 'keeps no shape axis'), ((good, good / 'out.npz'), 'cannot be written'),
            ((OPEN_BODY, OPEN_BODY), 'is the file to be read')):
        said = convert(*arguments, code=2)
        assert message in said and said.startswith('error: ') and len(said.splitlines()) == 1
    assert {path.name for path in tmp_path.iterdir()} == {'good.pkl', 'evil.pkl'}


def test_help_says_what_it_is_for(convert):
    said = convert('--help')
    assert 'SMPL-H' in said and 'Nothing in the file is run' in said and 'OUT.npz' in said and '--num-betas' in said


def test_command_line_shows_no_traceback(tmp_path):
    result = subprocess.run([sys.executable, TOOL, 'none.pkl', 'out.npz'], cwd=tmp_path, text=True, capture_output=True,
                            timeout=120)
    assert result.returncode == 2 and result.stdout == '' and len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith('error: none.pkl does not exist')
