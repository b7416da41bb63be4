"""tools/setup_env.sh with a stand-in for Python that notes what it is asked: what is installed, when, and what is said."""
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Answers the version and module checks by its own number, makes a venv by copying itself, and notes pip's arguments.
STAND_IN = '''#!/usr/bin/env bash
case "$1 $2" in
    "-V "*) echo "Python ${FAKE_VERSION:-3.11.7}" ;;
    "-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && echo "VIRTUAL_ENV=\\"$3\\"" > "$3/bin/activate" ;;
    "-m pip") shift 3; echo "$*" >> "$FAKE_LOG"; echo "Collecting something==1.0"; exit "${FAKE_PIP_EXIT:-0}" ;;
    *"(3, 10) <="*) [ "${FAKE_VERSION:-3.11.7}" != 3.9.1 ] ;;
    *"sys.version_info < (3, 12)"*) case "${FAKE_VERSION:-3.11.7}" in 3.12*) exit 0 ;; *) exit 1 ;; esac ;;
    *validator.py*) [ -z "${FAKE_NO_NPM:-}" ] || { echo "the glTF validator could not be installed" >&2; exit 1; } ;;
    *ensurepip*) exit "${FAKE_NO_VENV:-0}" ;;
    *"-venv"*) echo python3.11-venv ;;
esac
'''


@pytest.fixture
def checkout(tmp_path):
    """A copy of what the script needs, in a folder with a space in its name."""
    folder = tmp_path / 'a check out'
    (folder / 'tools').mkdir(parents=True)
    shutil.copy(ROOT / 'tools/setup_env.sh', folder / 'tools')
    shutil.copytree(ROOT / 'requirements', folder / 'requirements')
    shutil.copytree(ROOT / 'tests/tools/gltf_validator', folder / 'tests/tools/gltf_validator')
    for name in ('setup.py', 'pyproject.toml'):
        shutil.copy(ROOT / name, folder)
    python = folder / 'python-stand-in'
    python.write_text(STAND_IN)
    python.chmod(0o755)
    return folder


def setup(checkout, **environment):
    """(exit code, output, pip calls) of one run."""
    log = checkout / 'pip.log'
    log.unlink(missing_ok=True)
    env = dict(os.environ, AJAHR_PYTHON=str(checkout / 'python-stand-in'), FAKE_LOG=str(log))
    env.update(environment)
    result = subprocess.run(['bash', 'tools/setup_env.sh'], cwd=checkout, env=env, text=True, timeout=60,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return result.returncode, result.stdout, log.read_text().splitlines() if log.exists() else []


def test_the_first_run_installs_and_the_second_does_nothing(checkout):
    code, output, calls = setup(checkout)
    assert code == 0, output
    assert [word for call in calls for word in call.split() if word.endswith('.txt') or word == '.'] == [
        'requirements/build.txt', 'requirements/core.txt', 'requirements/tests.txt', 'requirements/constraints.txt',
        'requirements/nodeps.txt', '.']
    assert '--no-deps' in calls[2] and '--no-deps' in calls[3] and '--no-deps' not in calls[1]
    assert output.count('fetching something==1.0') == 4 and 'ready after' in output
    assert setup(checkout) == (0, '[setup] environment is up to date\n', [])


def test_changed_pins_are_installed_and_a_moved_checkout_is_made_anew(checkout):
    setup(checkout)
    with open(checkout / 'requirements/core.txt', 'a') as file:
        file.write('another==1.0\n')
    code, output, calls = setup(checkout)
    assert code == 0 and len(calls) == 4 and 'is there' in output
    moved = checkout.with_name('moved')
    checkout.rename(moved)
    code, output, calls = setup(moved)
    assert code == 0 and len(calls) == 4 and 'making a new one' in output


def test_a_failed_installation_is_told_and_tried_again(checkout):
    code, output, _ = setup(checkout, FAKE_PIP_EXIT='1')
    assert code != 0 and 'error: pip failed' in output
    code, output, calls = setup(checkout)
    assert code == 0 and len(calls) == 4


def test_a_python_that_does_not_fit_is_told_in_one_sentence(checkout):
    code, output, calls = setup(checkout, FAKE_VERSION='3.9.1')
    assert (code, calls) == (1, []) and output.startswith('error: AJAHR_PYTHON=') and output.count('\n') == 1
    assert not (checkout / '.venv').exists()


def test_a_missing_venv_module_names_the_package(checkout, tmp_path):
    # Without apt-get on the path nothing is installed on the tester's machine.
    tools = tmp_path / 'bin'
    tools.mkdir()
    for name in ('bash', 'cat', 'cut', 'sed', 'head', 'sha256sum', 'dirname', 'id', 'flock'):
        if shutil.which(name):
            (tools / name).symlink_to(shutil.which(name))
    code, output, calls = setup(checkout, FAKE_NO_VENV='1', PATH=str(tools))
    assert (code, calls) == (1, []) and 'sudo apt-get install python3.11-venv' in output


def test_python_312_is_told_what_it_cannot_have(checkout):
    code, output, _ = setup(checkout, FAKE_VERSION='3.12.1')
    assert code == 0 and 'xtcocotools has no wheel for Python 3.12' in output


def test_a_missing_gltf_validator_is_noted_and_stops_nothing(checkout):
    code, output, _ = setup(checkout, FAKE_NO_NPM='1')
    assert code == 0 and '[setup] note: the glTF validator could not be installed' in output and 'ready after' in output
    assert 'note' not in setup(checkout)[1]


def test_the_pins_are_exact_and_headless():
    lines = [line for name in ('build', 'core', 'nodeps', 'tests', 'constraints')
             for line in (ROOT / f'requirements/{name}.txt').read_text().splitlines() if line and line[0] != '#']
    assert all(line.split(';')[0].count('==') == 1 for line in lines)
    names = [line.split('==')[0].lower() for line in lines]
    assert 'opencv-python-headless' in names and 'opencv-python' not in names and 'chumpy' not in names
