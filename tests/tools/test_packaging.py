"""`pip install .` and `pip install -e .`: the package, its data and what mim looks for."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTENT = ('ajahr_mm', 'configs', 'tools', 'requirements', 'setup.py', 'pyproject.toml', 'MANIFEST.in', 'README.md',
           'model-index.yml', 'demo')


@pytest.fixture(scope='module')
def checkout(tmp_path_factory):
    """A copy to build in: building leaves files behind."""
    folder = tmp_path_factory.mktemp('packaging') / 'a check out'
    folder.mkdir()
    for name in CONTENT:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns('__pycache__', '.mim'))
        elif (ROOT / name).exists():
            shutil.copy(ROOT / name, folder)
    return folder


def run(*command, cwd, **environment):
    result = subprocess.run([str(part) for part in command], cwd=cwd, env=dict(os.environ, **environment), text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
    assert result.returncode == 0, result.stdout
    return result.stdout


@pytest.mark.slow
def test_an_installed_package_brings_its_data_and_configs(checkout, tmp_path):
    run(sys.executable, '-m', 'pip', 'install', '.', '--no-deps', '--no-build-isolation', '--target', tmp_path / 'site',
        cwd=checkout)
    package = tmp_path / 'site/ajahr_mm'
    for name in ('assets/open_body.npz', '.mim/model-index.yml', '.mim/tools/train.py',
                 '.mim/configs/ajahr/ajahr_tiny_a3d-mini.py', '.mim/configs/_base_/runtime/default_runtime.py'):
        assert (package / name).is_file() and not (package / name).is_symlink(), name
    sources = {path.relative_to(ROOT / 'ajahr_mm') for path in (ROOT / 'ajahr_mm').rglob('*.py') if '.mim' not in path.parts}
    assert {path for path in sources if not (package / path).is_file()} == set()
    # Used from elsewhere, the package and its configs are the installed ones.
    code = ('import ajahr_mm; from mmengine.config import Config; from mmengine.hub import get_config; '
            'print(ajahr_mm.__file__); print(get_config("ajahr_mm::ajahr/ajahr_tiny_a3d-mini.py").model.type)')
    output = run(sys.executable, '-W', 'ignore', '-c', code, cwd=tmp_path, PYTHONPATH=str(tmp_path / 'site'))
    assert output.split() == [str(package / '__init__.py'), 'BodyEstimator']


@pytest.mark.slow
def test_an_editable_install_links_to_the_checkout(checkout, tmp_path):
    code = f'from setuptools import build_meta; build_meta.build_editable({str(tmp_path)!r})'
    for _ in range(2):  # again over what the first left
        run(sys.executable, '-W', 'ignore', '-c', code, cwd=checkout)
    mim = checkout / 'ajahr_mm/.mim'
    assert (mim / 'configs').is_symlink() and (mim / 'tools').resolve() == (checkout / 'tools').resolve()
    assert (mim / 'model-index.yml').is_file()


def test_what_building_leaves_behind_is_ignored_by_git():
    if not (ROOT / '.git').exists():
        pytest.skip('not a git checkout')
    names = ['ajahr_mm/.mim/configs', 'build/x', 'ajahr_mm.egg-info/x', '.venv/x', '.venv.lock', 'work_dirs/x', 'data/x']
    ignored = subprocess.run(['git', 'check-ignore', *names], cwd=ROOT, text=True, capture_output=True).stdout.split()
    assert ignored == names
