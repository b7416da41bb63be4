"""tools/setup_gl.sh with stand-ins for Python, apt-get and id that note what they are asked."""
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# EGL is there from the start or once apt-get has run; wheels are there if FAKE_WHEELS says so.
PYTHON = '''#!/usr/bin/env bash
case "$1 $2" in
    *libEGL*) [ -n "${FAKE_EGL:-}" ] || [ -f "$FAKE_LOG.egl" ] ;;
    *metadata*) [ -n "${FAKE_WHEELS:-}" ] ;;
    "-m pip") echo "pip $*" >> "$FAKE_LOG"; exit "${FAKE_PIP_EXIT:-0}" ;;
esac
'''
APT = '''#!/usr/bin/env bash
echo "apt $*" >> "$FAKE_LOG"
[ -n "${FAKE_OFFLINE:-}" ] && exit 100
[ "$1" = install ] && touch "$FAKE_LOG.egl"
exit 0
'''


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def setup(tmp_path):
    """Runs the script in a copy of the checkout: (output, what was asked of apt-get and pip)."""
    checkout, tools, log = tmp_path / 'a check out', tmp_path / 'bin', tmp_path / 'log'
    (checkout / 'tools').mkdir(parents=True)
    shutil.copy(ROOT / 'tools/setup_gl.sh', checkout / 'tools')
    shutil.copytree(ROOT / 'requirements', checkout / 'requirements')
    write(checkout / '.venv/bin/python', PYTHON)
    for name in ('bash', 'dirname', 'touch', 'env'):
        tools.mkdir(exist_ok=True)
        (tools / name).symlink_to(shutil.which(name))

    def run(root=True, apt=True, **environment):
        write(tools / 'id', f'#!/usr/bin/env bash\necho {0 if root else 1000}\n')
        if apt:
            write(tools / 'apt-get', APT)
        done = subprocess.run(['bash', 'tools/setup_gl.sh'], cwd=checkout, text=True, timeout=60, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env=dict(PATH=str(tools), FAKE_LOG=str(log), **environment))
        assert done.returncode == 0, done.stdout
        return done.stdout, log.read_text().splitlines() if log.exists() else []
    return run


def test_where_egl_is_only_the_wheels_are_installed(setup):
    output, calls = setup(FAKE_EGL='1')
    assert output == '' and len(calls) == 1
    assert '-r requirements/gl.txt -c requirements/constraints.txt' in calls[0]


def test_when_all_is_there_nothing_happens(setup):
    assert setup(FAKE_EGL='1', FAKE_WHEELS='1') == ('', [])


def test_root_with_apt_gets_the_system_packages_first(setup):
    output, calls = setup()
    assert 'libegl1 libgl1' in output
    assert [call.split()[:2] for call in calls] == [['apt', 'update'], ['apt', 'install'], ['pip', '-m']]


@pytest.mark.parametrize('how', [dict(root=False), dict(apt=False), dict(FAKE_OFFLINE='1')])
def test_without_egl_the_reason_is_said_and_nothing_else_breaks(setup, how):
    output, calls = setup(**how)
    assert 'sudo apt-get install libegl1 libgl1' in output and 'tests are skipped' in output
    assert not any(call.startswith('pip') for call in calls)


def test_it_can_be_left_out_and_may_fail(setup):
    assert 'AJAHR_GL=no' in setup(AJAHR_GL='no')[0]
    assert 'pip could not install' in setup(FAKE_EGL='1', FAKE_PIP_EXIT='1')[0]


def test_the_pins_are_exact():
    lines = [line for line in (ROOT / 'requirements/gl.txt').read_text().splitlines() if line[0] != '#']
    assert [line.split('==')[0] for line in lines] == ['glcontext', 'moderngl']
    assert all(line.count('==') == 1 for line in lines)
