"""Sets that are made in no time, also by processes that are started elsewhere."""
import hashlib
import os
import sys
from pathlib import Path

import pytest

HERE = str(Path(__file__).parent)
#: These tell how long it took.
TIMES = ('cost.json', 'dataset_card.md')


@pytest.fixture(scope='session', autouse=True)
def importable():
    """``tiny_pipeline`` can be imported here and in every process that is started from here."""
    before = os.environ.get('PYTHONPATH')
    sys.path.append(HERE)
    os.environ['PYTHONPATH'] = os.pathsep.join(filter(None, [HERE, before]))
    yield
    sys.path.remove(HERE)
    os.environ.pop('PYTHONPATH') if before is None else os.environ.update(PYTHONPATH=before)


def tiny_config(**pipeline) -> dict:
    return dict(name='tiny', shard_size=5, pose_sets=dict(train=30, test=10),
                custom_imports=dict(imports=['tiny_pipeline'], allow_failed_imports=False),
                pipeline={**dict(type='TinyPipeline', splits=dict(train=42, test=10), seed=3, chunk=5,
                                 backgrounds=dict(type='TinyBackgrounds')), **pipeline})


@pytest.fixture(scope='session')
def make_tiny():
    """Function: changes of the pipeline -> config of 42 training and 10 test pictures in 11 shards."""
    return tiny_config


@pytest.fixture(scope='session')
def sums():
    """Function: folder -> SHA-256 of its files, hidden ones too, but for those that tell how long it took."""
    def checksums(folder: Path) -> dict:
        return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
                for path in sorted(folder.rglob('*')) if path.is_file() and path.name not in TIMES}
    return checksums


@pytest.fixture(scope='session')
def finished(tmp_path_factory, sums):
    """A set made by this process without interruption, and its checksums."""
    from ajahr_mm.synthesis.running.generator import generate
    folder = tmp_path_factory.mktemp('tiny') / 'set'
    generate(tiny_config(), folder)
    return folder, sums(folder)
