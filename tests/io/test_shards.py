import io
import os
import tarfile

import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.shard_writer import ShardWriter
from ajahr_mm.io.shards import ShardSample, decode_people, find_shards, read_image_bytes, read_shard
from ajahr_mm.io.tar_files import TarMember


def people(count=2, seed=0):
    rng = np.random.default_rng(seed)
    return dict(center=rng.random((count, 2)).astype(np.float32), label=np.arange(count),
                gender=np.array(['f', 'm'])[:count])


def write(path, count=3):
    with ShardWriter(path) as shard:
        for i in range(count):
            shard.add(f'set/{i:03d}', bytes([i]) * (100 + i), people(1 + i % 2, i), more={'mask.png.txt': b'm'})
    return path


def raw_tar(path, *members):
    with tarfile.open(path, 'w') as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def npz(**columns):
    buffer = io.BytesIO()
    np.savez(buffer, **columns)
    return buffer.getvalue()


def bomb():
    buffer = io.BytesIO()
    np.savez_compressed(buffer, x=np.zeros(10 ** 7))
    return buffer.getvalue()


def sample(**parts):
    return ShardSample('k', TarMember('k.jpg', 0, 1), parts)


def test_what_was_written_is_read(tmp_path):
    path = write(tmp_path / '0.tar')
    found = list(read_shard(path))
    assert [s.key for s in found] == ['set/000', 'set/001', 'set/002']
    for i, each in enumerate(found):
        name = f'{path}[{each.key}]'
        assert read_image_bytes(str(path), each.image.offset, each.image.size, name) == bytes([i]) * (100 + i)
        columns, truth = decode_people(each.check()), people(1 + i % 2, i)
        assert set(columns) == set(truth) and each.parts['mask.png.txt'] == b'm'
        for column in truth:
            np.testing.assert_array_equal(columns[column], truth[column])


def test_samples_that_are_not_whole_say_so(tmp_path):
    path = raw_tar(tmp_path / 'a.tar', ('a.jpg', b'1'), ('a.json', b'{}'), ('b.json', b'{}'), ('c.jpg', b'1'),
                   ('c.png', b'1'), ('d.JPG', b'1'), ('d.json', b'{}'), ('d.JSON', b'{}'), ('e.jpeg', b'1'), ('a.npz', b''),
                   ('README', b'no sample'))
    found = [(s.key, s.trouble) for s in read_shard(path)]
    assert [key for key, _ in found] == list('abcdea')
    assert [bool(trouble) for _, trouble in found] == [False, True, True, True, False, True]
    for word, (key, _), each in zip(('0 pictures', '2 pictures', 'twice'), found[1:], list(read_shard(path))[1:]):
        with pytest.raises(UserError, match=f"sample '{key}'.*{word}"):
            each.check()
    with pytest.raises(UserError, match="sample 'a' comes twice"):
        list(read_shard(path))[-1].check()


@pytest.mark.parametrize('parts,message', [
    ({}, 'neither npz nor json, only a picture'),
    ({'data.pyd': b'x'}, 'only data.pyd'),
    (dict(npz=b'PK nonsense'), 'cannot be read'),
    (dict(npz=npz(x=np.zeros(3))[:100]), 'cannot be read'),
    (dict(npz=npz(x=np.array([{}], object))), 'cannot be read'),
    (dict(npz=npz(x=np.zeros(3), y=np.zeros(2))), 'row per person'),
    (dict(npz=npz(x=np.float32(3))), 'row per person'),
    (dict(npz=npz(x=np.zeros(3)), json=b'{"g": ["a"]}'), 'row per person'),
    (dict(npz=bomb()), '80000128 bytes for one picture'),
    (dict(json=b'{"g": [[1], [2, 3]]}'), 'cannot be read'),
    (dict(json=b'{broken'), 'cannot be read'), (dict(json=b'[1]'), 'cannot be read'),
    (dict(json=b'{"g": [null]}'), 'row per person'),
    (dict(json=b'[' * 100_000), 'cannot be read'),
])
def test_annotations_that_cannot_be_used(parts, message):
    with pytest.raises(UserError, match=message) as error:
        decode_people(sample(**parts))
    assert "'k'" in str(error.value)


def test_patterns(tmp_path):
    for i in range(3):
        write(tmp_path / f'x-{i:04d}.tar', 1)
    everything = [str(tmp_path / f'x-{i:04d}.tar') for i in range(3)]
    assert find_shards('x-*.tar', str(tmp_path)) == everything
    assert find_shards('x-{0001..0002}.tar', str(tmp_path)) == everything[1:]
    assert find_shards(['x-0002.tar', 'x-0000.tar'], str(tmp_path)) == [everything[2], everything[0]]
    with pytest.raises(UserError, match=r'x-0003.tar does not exist \(2 of 5 shards'):
        find_shards('x-{0000..0004}.tar', str(tmp_path))
    with pytest.raises(UserError, match='names no tar'):
        find_shards('y-*.tar', str(tmp_path))


def test_a_picture_beyond_the_end_of_a_shard(tmp_path):
    path = write(tmp_path / '0.tar')
    with pytest.raises(UserError, match='ends before this picture'):
        read_image_bytes(str(path), os.path.getsize(path) - 5, 10, f'{path}[k]')
    with pytest.raises(UserError, match='cannot be read'):
        read_image_bytes(str(tmp_path / 'nowhere.tar'), 0, 1, 'nowhere.tar[k]')
