"""docs/synthesis.md tells the truth: what it names is registered, its columns are those of the tables, its files exist."""
import re
from pathlib import Path

from mmengine.config import Config

from ajahr_mm.registry import DATASETS, DETECTORS, INFERENCERS, SYNTHESIS, register_all
from ajahr_mm.synthesis.annotation import COLUMNS

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / 'docs/synthesis.md').read_text(encoding='utf-8')


def test_every_part_it_names_is_registered():
    register_all()
    records = {'Pose', 'Subject', 'Look', 'Background', 'Light', 'View', 'SYNTHESIS'}
    named = set(re.findall(r'`([A-Z][A-Za-z0-9]+)[`(]', TEXT)) - records
    known = {name for registry in (SYNTHESIS, DATASETS, DETECTORS, INFERENCERS) for name in registry.module_dict}
    assert named <= known and len(named) > 25


def test_every_part_of_the_generator_is_named():
    register_all()
    ours = {name for name, kind in SYNTHESIS.module_dict.items() if kind.__module__.startswith('ajahr_mm.')}
    assert {name for name in ours if name not in TEXT} <= {'A3DPipeline', 'BackgroundCleaner', 'SSIMCheck', 'NoPersonCheck',
                                                           'PictureQuality'}


def test_its_columns_are_those_of_the_tables():
    table = TEXT[TEXT.index('| column | shape | meaning |'):].split('\n\n')[0]
    named = [name.strip() for line in table.splitlines()[2:] for name in line.split('|')[1].split(',')]
    assert sorted(named) == sorted(COLUMNS)


def test_its_files_are_there():
    for name in re.findall(r'(?:configs|tools)/[\w/.-]+\.(?:py|sh)', TEXT):
        assert (ROOT / name).is_file(), name
    for name in re.findall(r'\]\(([\w/.-]+)\)', TEXT):
        assert (ROOT / 'docs' / name).is_file(), name


def test_every_config_names_known_parts_with_known_arguments():
    """Those that need files of the user are not built here, but their parts take these arguments."""
    import inspect
    register_all()

    def parts(node):
        if isinstance(node, dict):
            if node.get('type') in SYNTHESIS.module_dict or node.get('type') in DETECTORS.module_dict:
                yield node
            for value in node.values():
                yield from parts(value)
        elif isinstance(node, (list, tuple)):
            for value in node:
                yield from parts(value)

    for path in sorted((ROOT / 'configs/synthesis').glob('*.py')):
        found = list(parts(Config.fromfile(path).to_dict()))
        assert len(found) >= 5, path.name
        for part in found:
            kind = SYNTHESIS.get(part['type']) or DETECTORS.get(part['type'])
            inspect.signature(kind).bind(**{key: value for key, value in part.items() if key != 'type'})
