import hashlib
import io
import json
import tarfile

import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.shard_writer import ShardWriter


def people(count=2):
    return dict(center=np.arange(2. * count).reshape(count, 2), label=np.arange(count), gender=np.array(['f', 'm'])[:count])


def write(path):
    with ShardWriter(path) as shard:
        for i in range(3):
            shard.add(f'set/{i:03d}', bytes([i]) * (100 + i), people(1 + i % 2), more={'mask.png.txt': b'm'})
    assert (shard.samples, shard.people) == (3, 4)
    return path


def test_any_tar_tool_reads_it_and_the_bytes_are_always_the_same(tmp_path):
    digests = {hashlib.sha256(write(tmp_path / name).read_bytes()).digest() for name in ('a.tar', 'b.tar')}
    assert len(digests) == 1
    with tarfile.open(tmp_path / 'a.tar') as tar:
        assert tar.getnames()[:4] == ['set/000.jpg', 'set/000.npz', 'set/000.json', 'set/000.mask.png.txt']
        assert json.load(tar.extractfile('set/001.json')) == dict(gender=['f', 'm'])
        loaded = np.load(io.BytesIO(tar.extractfile('set/001.npz').read()), allow_pickle=False)
        assert set(loaded.files) == {'center', 'label'}


def test_a_shard_is_whole_or_absent(tmp_path):
    with pytest.raises(RuntimeError):
        with ShardWriter(tmp_path / '0.tar') as shard:
            shard.add('a', b'1', people())
            raise RuntimeError
    with pytest.raises(UserError, match="sample 'a'.*row per person"):
        with ShardWriter(tmp_path / '0.tar') as shard:
            shard.add('a', b'1', dict(x=np.zeros(2), y=np.zeros(3)))
    assert not list(tmp_path.iterdir())
