"""The plan of the house: imports point one way, every registry finds its rooms, and importing the package is cheap."""
import ast
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from ajahr_mm.registry import all_registries

PACKAGE = Path(__file__).resolve().parents[1] / 'ajahr_mm'

# A room may import rooms of lower levels, never one of its own level or above.
LEVELS = [
    ['version'],
    ['anatomy', 'geometry', 'io', 'registry'],
    ['structures'],
    ['body_models', 'rendering', 'engine', 'convert'],
    ['datasets', 'synthesis', 'models', 'evaluation'],
    ['visualization'],
    ['apis'],
    ['cli'],
]
# On the ground floor, these two are leaves that the others may use.
GROUND_FLOOR = {('geometry', 'anatomy'), ('geometry', 'io'), ('anatomy', 'io'), ('registry', 'io')}
LEVEL = {room: level for level, rooms in enumerate(LEVELS) for room in rooms}


def room_of(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix('.py')


def imported_modules(path):
    """Every module that a file imports, at the top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield node.lineno, '.' * node.level + (node.module or '')
            elif node.module == 'ajahr_mm':
                yield from ((node.lineno, f'ajahr_mm.{alias.name}') for alias in node.names)
            else:
                yield node.lineno, node.module


def violations(room, module):
    """Why a file in ``room`` may not import ``module``; None if it may."""
    if module.startswith('.'):
        return 'is relative; write absolute imports'
    parts = module.split('.')
    if parts[0] != 'ajahr_mm' or len(parts) == 1 or parts[1].startswith('__'):
        return None
    target = parts[1]
    if target not in LEVEL:
        return f'goes to {target}, which has no place in the plan'
    if room == '__init__':
        return None if target == 'version' else 'would make `import ajahr_mm` import a room'
    if target == room or (room, target) in GROUND_FLOOR or LEVEL[target] < LEVEL[room]:
        return None
    return f'goes from {room} to {target}, against the direction'


SOURCES = sorted(path for path in PACKAGE.rglob('*.py') if '.mim' not in path.parts)


def test_every_room_has_its_place():
    assert {room_of(path) for path in SOURCES} - set(LEVEL) == {'__init__'}


def test_imports_point_one_way():
    wrong = [f'{path.relative_to(PACKAGE)}:{line}: {module} {reason}' for path in SOURCES
             for line, module in imported_modules(path)
             if (reason := violations(room_of(path), module)) is not None]
    assert not wrong, '\n'.join(wrong)


@pytest.mark.parametrize('room, module, allowed', [
    ('models', 'ajahr_mm.geometry.rotations', True), ('models', 'ajahr_mm.datasets', False),
    ('geometry', 'ajahr_mm.structures', False), ('rendering', 'ajahr_mm.body_models', False),
    ('apis', 'ajahr_mm.visualization', True), ('structures', 'ajahr_mm.apis', False), ('io', 'torch', True),
    ('models', '.heads', False), ('__init__', 'ajahr_mm.models', False)])
def test_the_judge_itself(room, module, allowed):
    assert (violations(room, module) is None) == allowed


@pytest.mark.parametrize('name', all_registries())
def test_every_registry_location_can_be_imported_and_brings_something(name):
    registry = all_registries()[name]
    for location in registry._locations:
        import_module(location)
    registry.import_from_location()
    assert registry.scope == 'ajahr_mm'
    if registry._locations and registry.parent is None:
        assert registry.module_dict, f'{name} is a root of its own and empty'


@pytest.mark.parametrize('path', SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_module_can_be_imported(path):
    import_module('.'.join(path.relative_to(PACKAGE.parent).with_suffix('').parts).removesuffix('.__init__'))


def fresh_import():
    """Seconds of `import ajahr_mm` in a new process, and the heavy libraries it pulled in."""
    code = ('import sys, time; start = time.perf_counter(); import ajahr_mm; print(time.perf_counter() - start); '
            'print(*[name for name in ("mmpose", "mmpretrain", "torchvision", "smplx", "anny") if name in sys.modules])')
    env = dict(os.environ, OMP_NUM_THREADS='1')
    result = subprocess.run([sys.executable, '-c', code], env=env, capture_output=True, text=True, check=True)
    seconds, _, heavy = result.stdout.partition('\n')
    return float(seconds), heavy.split()


def test_importing_the_package_is_cheap():
    # The first run may have to read everything from disk, and the machine may be busy: the best of three counts.
    runs = [fresh_import() for _ in range(3)]
    assert all(heavy == [] for _, heavy in runs)
    assert min(seconds for seconds, _ in runs) < 3.0
