"""Full disks: a real small one where a test may mount one, and a limit on the size of files everywhere."""
import os
import resource
import subprocess
from contextlib import contextmanager

import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.output import disk
from ajahr_mm.synthesis.output.folder_format import FolderFormat
from ajahr_mm.synthesis.output.official_format import OfficialFormat
from ajahr_mm.synthesis.output.shards import Shard, pending
from ajahr_mm.synthesis.output.tar_format import TarFormat

FORMATS = [FolderFormat(), TarFormat(), OfficialFormat('h36m')]
SHARD = Shard('train', 0, 45)
NAMES = [type(format).__name__ for format in FORMATS]


@contextmanager
def files_of_at_most(size):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def small_disk(tmp_path):
    """A folder with room for 1 MB."""
    folder = tmp_path / 'disk'
    folder.mkdir()
    done = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', str(folder)], capture_output=True)
    if done.returncode:
        pytest.skip('no file system may be mounted here')
    yield folder
    subprocess.run(['umount', str(folder)], check=True)


def torn(folder) -> list:
    """Files that must not be there: temporary ones, and tables or tars of shards that are not finished."""
    return [path for path in folder.rglob('*') if path.is_file()
            and (path.name.startswith('.') or path.suffix in ('.npz', '.tar'))]


@pytest.mark.parametrize('format', FORMATS, ids=NAMES)
def test_a_full_disk_is_told_and_the_same_command_goes_on_when_there_is_room(format, made, small_disk):
    ballast = small_disk / 'ballast'
    ballast.write_bytes(bytes(950_000))
    with pytest.raises(UserError, match=rf'{small_disk}.*the disk is full.* free .*takes \d+.*run the same command again'):
        format.write(SHARD, made, small_disk)
    assert pending([SHARD], small_disk) == [SHARD] and not torn(small_disk)
    ballast.unlink()
    format.write(SHARD, made, small_disk)
    format.finish('train', [SHARD], small_disk)
    assert pending([SHARD], small_disk) == [] and not list(small_disk.rglob('.*'))


def test_annotations_that_find_no_room(made, small_disk):
    few = Shard('train', 0, 12)
    FolderFormat().write(few, made[:12], small_disk)
    (small_disk / 'ballast').write_bytes(bytes(os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_bsize))
    with pytest.raises(UserError, match='the disk is full'):
        FolderFormat().finish('train', [few], small_disk)
    assert torn(small_disk) == [few.table(small_disk)]
    (small_disk / 'ballast').unlink()
    FolderFormat().finish('train', [few], small_disk)
    assert torn(small_disk) == [small_disk / 'train/annotations.npz']


@pytest.mark.parametrize('limit', [500, 20_000], ids=['pictures', 'tables and tars'])
@pytest.mark.parametrize('format', FORMATS, ids=NAMES)
def test_a_limit_on_files_is_told_too(format, made, tmp_path, limit):
    with files_of_at_most(limit), pytest.raises(UserError, match='a file may not become so large here'):
        format.write(SHARD, made, tmp_path)
    assert pending([SHARD], tmp_path) == [SHARD] and not torn(tmp_path)
    assert all(path.stat().st_size > limit for path in tmp_path.rglob('*.jpg')) or limit > 500
    format.write(SHARD, made, tmp_path)
    format.finish('train', [SHARD], tmp_path)
    assert pending([SHARD], tmp_path) == []


def test_other_errors_pass(tmp_path):
    with pytest.raises(PermissionError):
        with disk.explained(tmp_path, 1):
            raise PermissionError(13, 'no')
    with pytest.raises(UserError, match='absent/set.*the quota of this user is used up'):
        with disk.explained(tmp_path / 'absent/set', 1):
            try:
                raise OSError(122, 'quota')
            finally:
                raise ValueError('closing the file failed as well')


def test_put_replaces_a_file_or_leaves_it(tmp_path, monkeypatch):
    path = str(tmp_path / 'a')
    disk.put(path, b'one')
    disk.put(path, b'two')
    monkeypatch.setattr('os.replace', lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        disk.put(path, b'three')
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [('a', b'two')]


def test_sweeping_takes_what_begins_so(tmp_path):
    for name in ('.a', '.b-1', 'c'):
        (tmp_path / name).touch()
    (tmp_path / '.folder').mkdir()
    disk.sweep(tmp_path, '.b-')
    assert sorted(path.name for path in tmp_path.iterdir()) == ['.a', '.folder', 'c']
    disk.sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ['.folder', 'c']
    disk.sweep(tmp_path / 'absent')
    disk.remove(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ['.folder']
    disk.remove(tmp_path / '.folder')
    disk.remove_empty(tmp_path)
    assert not tmp_path.exists()


@pytest.mark.parametrize('count, words', [(0, '0 bytes'), (999, '999 bytes'), (1500, '1.5 kB'), (2.5e9, '2.5 GB'),
                                          (3e15, '3000.0 TB')])
def test_bytes_in_words(count, words):
    assert disk.in_words(count) == words
