import json
import os
import tarfile

import numpy as np
import pytest

from ajahr_mm.io import npz_columns
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.shard_index import index_shards
from ajahr_mm.io.shard_writer import ShardWriter
from ajahr_mm.io.shards import decode_people, read_image_bytes


def write(path, counts, first=0, broken=()):
    """A shard with ``counts[i]`` people in picture i; ``value`` numbers all people of a set."""
    with ShardWriter(path) as shard:
        for i, count in enumerate(counts):
            people = dict(value=np.arange(first, first + count, dtype=np.float32), name=np.array(['p' * (i + 1)] * count))
            if i in broken:
                people['other'] = np.zeros(count)
            shard.add(f'{i:03d}', b'%s %d' % (path.name.encode(), i), people)
            first += count
    return str(path)


@pytest.fixture
def shards(tmp_path):
    return [write(tmp_path / 'a.tar', [1, 2, 0, 3]), write(tmp_path / 'b.tar', [0]), write(tmp_path / 'c.tar', [2, 1], 6)]


def test_one_row_per_person_in_order_with_its_picture(shards):
    table = index_shards(shards)
    assert table.columns['value'].tolist() == list(range(9))
    assert table.columns['shard'].tolist() == [0] * 6 + [2] * 3 and json.loads(str(table.constants['shards'])) == shards
    assert table.columns['key'].tolist() == ['000', '001', '001', '003', '003', '003', '000', '000', '001']
    for row in range(9):
        shard = shards[table.columns['shard'][row]]
        picture = read_image_bytes(shard, int(table.columns['image_offset'][row]), int(table.columns['image_size'][row]), '')
        assert picture == b'%s %d' % (os.path.basename(shard).encode(), int(table.columns['key'][row]))


def test_made_once_and_again_only_where_something_changed(shards, tmp_path):
    calls = []

    def decode(sample):
        calls.append(sample.key)
        return decode_people(sample)
    index_shards(shards, decode)
    assert len(calls) == 7
    index_shards(shards, decode)
    assert len(calls) == 7
    write(tmp_path / 'c.tar', [3], 6)
    assert index_shards(shards, decode).columns['value'].tolist() == list(range(9))
    assert len(calls) == 8
    index_shards(shards, decode, layout='another')
    assert len(calls) == 14


def test_interrupted_and_continued(shards):
    def dies(sample):
        if len(calls) == 5:
            raise KeyboardInterrupt
        calls.append(sample.key)
        return decode_people(sample)
    calls = []
    with pytest.raises(KeyboardInterrupt):
        index_shards(shards, dies)
    calls = [None] * 9
    assert len(index_shards(shards, dies)) == 9 and len(calls) == 9 + 2  # the last shard only


def test_columns_are_never_in_memory_as_a_whole(shards, monkeypatch):
    seen = []
    write_npz = npz_columns.write_npz
    monkeypatch.setattr(npz_columns, 'write_npz', lambda path, columns: (seen.append(columns), write_npz(path, columns)))
    index_shards(shards)
    assert isinstance(seen[-1]['value'], npz_columns.Blocks) and seen[-1]['value'].shape == (9,)


def test_bad_samples_are_named_or_left_out(tmp_path):
    path = write(tmp_path / 'a.tar', [1, 1, 1, 1], broken=[1])
    with pytest.raises(UserError, match="a.tar: sample '001' has other columns or shapes than those before it: other"):
        index_shards([path])
    table = index_shards([path], on_bad='skip')
    assert table.columns['value'].tolist() == [0, 2, 3] and len(table.left_out) == 1 and "'001'" in table.left_out[0]


def test_a_shard_that_breaks_off_keeps_what_is_whole(tmp_path):
    path = tmp_path / 'a.tar'
    write(path, [1, 1, 1, 1])
    with tarfile.open(path) as tar:
        cut = tar.getmember('002.npz').offset_data + 10
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(UserError, match='breaks off'):
        index_shards([str(path)])
    table = index_shards([str(path), write(tmp_path / 'b.tar', [2], 7)], on_bad='skip')
    assert table.columns['value'].tolist() == [0, 1, 7, 8]
    assert len(table.left_out) == 1 and 'breaks off' in table.left_out[0]


def test_shards_of_different_sets_and_without_people(tmp_path):
    with ShardWriter(tmp_path / 'b.tar') as shard:
        shard.add('0', b'1', dict(value=np.zeros((1, 3))))
    with pytest.raises(UserError, match='b.tar: column (value|name) is missing or of another shape than in .*a.tar'):
        index_shards([write(tmp_path / 'a.tar', [1]), str(tmp_path / 'b.tar')])
    with pytest.raises(UserError, match='no person can be read'):
        index_shards([write(tmp_path / 'c.tar', [0, 0])])
    with ShardWriter(tmp_path / 'd.tar') as shard:
        shard.add('0', b'1', dict(shard=np.zeros(1)))
    with pytest.raises(UserError, match='reserved name shard'):
        index_shards([str(tmp_path / 'd.tar')])
