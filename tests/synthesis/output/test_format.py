"""What every format promises, whichever it is."""
import hashlib
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis import annotation
from ajahr_mm.synthesis.output.folder_format import FolderFormat
from ajahr_mm.synthesis.output.official_format import OfficialFormat
from ajahr_mm.synthesis.output.shards import Shard, pending
from ajahr_mm.synthesis.output.tar_format import TarFormat

FORMATS = dict(folder=FolderFormat(), tar=TarFormat(), coco=OfficialFormat('coco'), h36m=OfficialFormat('h36m'))
SHARDS = [Shard('train', 0, 20), Shard('train', 20, 40), Shard('train', 40, 45)]


@pytest.fixture(params=FORMATS)
def format(request):
    return FORMATS[request.param]


def checksums(out) -> dict:
    return {path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(out.rglob('*')) if path.is_file()}


def write_all(format, made, out, shards=SHARDS):
    for shard in shards:
        format.write(shard, made[shard.start:shard.stop], out)


def test_shards_are_finished_one_by_one_and_the_split_in_the_end(format, made, tmp_path):
    assert pending(SHARDS, tmp_path) == SHARDS
    format.write(SHARDS[1], made[20:40], tmp_path)
    assert pending(SHARDS, tmp_path) == [SHARDS[0], SHARDS[2]]
    with pytest.raises(UserError, match='0000000.npz does not exist'):
        format.finish('train', SHARDS, tmp_path)
    write_all(format, made, tmp_path, [SHARDS[2], SHARDS[0]])
    format.finish('train', [*SHARDS, Shard('test', 0, 9)], tmp_path)
    assert pending(SHARDS, tmp_path) == [] and not list(tmp_path.rglob('.*'))
    once = checksums(tmp_path)
    assert sorted(once) == [path.relative_to(tmp_path).as_posix() for path in format.files(['train'], tmp_path)]
    format.finish('train', SHARDS, tmp_path)
    assert checksums(tmp_path) == once


def test_the_files_do_not_depend_on_order_nor_on_what_killed_runs_left(format, made, tmp_path):
    write_all(format, made, tmp_path / 'a')
    format.finish('train', SHARDS, tmp_path / 'a')
    write_all(format, made, tmp_path / 'b', SHARDS[::-1])
    for folder in {path.parent for path in (tmp_path / 'b').rglob('*') if path.is_file()}:
        (folder / '.000003.jpg.0123abcd').write_bytes(b'torn')
    format.finish('train', SHARDS, tmp_path / 'b')
    assert checksums(tmp_path / 'a') == checksums(tmp_path / 'b')


def test_a_shard_that_comes_late_leaves_nothing_behind(format, made, tmp_path):
    write_all(format, made, tmp_path)
    format.finish('train', SHARDS, tmp_path)
    once = checksums(tmp_path)
    format.write(SHARDS[1], made[20:40], tmp_path)
    assert checksums(tmp_path) == once


@pytest.mark.parametrize('turn', range(3))
def test_several_may_finish_at_once(format, made, tmp_path, turn):
    write_all(format, made, tmp_path / 'alone')
    format.finish('train', SHARDS, tmp_path / 'alone')
    write_all(format, made, tmp_path / 'crowd')
    barrier = Barrier(4)

    def finish(_):
        barrier.wait()
        format.finish('train', SHARDS, tmp_path / 'crowd')
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(finish, range(4)))
    assert checksums(tmp_path / 'crowd') == checksums(tmp_path / 'alone')


def test_several_may_make_the_same_shards(format, made, tmp_path):
    write_all(format, made, tmp_path / 'alone')
    barrier = Barrier(3)

    def write(_):
        barrier.wait()
        write_all(format, made, tmp_path / 'crowd')
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(write, range(3)))
    assert checksums(tmp_path / 'crowd') == checksums(tmp_path / 'alone')


def test_the_table_holds_the_rows_of_the_pictures_that_are_there(format, made, tmp_path):
    write_all(format, made, tmp_path)
    format.finish('train', SHARDS, tmp_path)
    table = format.table('train', tmp_path)
    told = {sample.row['index']: sample for sample in made}
    assert set(table) == set(annotation.COLUMNS)
    assert (np.diff(table['index']) > 0).all() and len(table['index']) >= 38
    rows = range(len(table['index']))
    for row, files in zip(rows, format.read('train', rows, tmp_path)):
        sample = told[int(table['index'][row])]
        assert files == {'jpg': sample.jpeg, **sample.extras}
        for name in set(table) - {'image'}:
            np.testing.assert_allclose(table[name][row], sample.row[name], rtol=1e-6) if table[name].dtype.kind != 'U' else (
                table[name][row] == sample.row[name])


def test_a_shard_whose_pictures_cannot_be_written_is_not_declared_finished(format, made, tmp_path, monkeypatch):
    def full_disk(*_):
        raise OSError(28, 'No space left on device')
    monkeypatch.setattr('os.replace', full_disk)
    with pytest.raises(UserError, match='the disk is full.*run the same command again'):
        format.write(SHARDS[0], made[:20], tmp_path)
    assert pending(SHARDS[:1], tmp_path) == SHARDS[:1]
    assert not [path for path in tmp_path.rglob('*') if path.is_file()]
