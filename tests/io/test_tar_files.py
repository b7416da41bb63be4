"""Against Python's tarfile as the oracle, and against archives made to do harm."""
import gzip
import io
import tarfile

import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.tar_files import TarLimits, list_tar, read_part

NAMES = ['a.jpg', 'folder/b.jpg', 'x' * 140 + '.jpg', 'f/' * 60 + 'deep.png', 'größe/ü.json', './dot.npz',
         'y' * 90 + '/' + 'z' * 120]


def write(path, members, **settings):
    """``members``: (name, data) pairs, or TarInfo."""
    with tarfile.open(path, 'w', **settings) as tar:
        for member in members:
            info, data = (member, b'') if isinstance(member, tarfile.TarInfo) else (tarfile.TarInfo(member[0]), member[1])
            if data:
                info.size = len(data)
            tar.addfile(info, io.BytesIO(data) if data else None)
    return path


def special(name, kind, link=''):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def patched(path, offset, data):
    """Overwrites bytes of the first header and mends its checksum."""
    raw = bytearray(path.read_bytes())
    raw[offset:offset + len(data)] = data
    raw[148:156] = b' ' * 8
    raw[148:156] = b'%06o\0 ' % sum(raw[:512])
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize('form', [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_the_same_members_as_tarfile_says(tmp_path, form):
    names = NAMES if form != tarfile.USTAR_FORMAT else [
        name for name in NAMES if (len(name) < 100 or 'deep' in name) and name.isascii()]
    files = [(name, bytes([65 + i]) * (i * 300 + 1)) for i, name in enumerate(names)]
    path = write(tmp_path / 'a.tar', [special('folder', tarfile.DIRTYPE), *files], format=form)
    found = list(list_tar(path))
    with tarfile.open(path) as tar:
        truth = [(m.name.removeprefix('./'), m.offset_data, m.size) for m in tar.getmembers() if m.isreg()]
        assert [tuple(member) for member in found] == truth and len(found) == len(names)
        with open(path, 'rb') as file:
            for member, info in zip(found, [m for m in tar.getmembers() if m.isreg()]):
                assert read_part(file, member.offset, member.size) == tar.extractfile(info).read()


def test_global_headers_are_passed_over(tmp_path):
    path = write(tmp_path / 'a.tar', [('a.jpg', b'1')], format=tarfile.PAX_FORMAT, pax_headers=dict(comment='made by hand'))
    assert [m.name for m in list_tar(path)] == ['a.jpg']


@pytest.mark.parametrize('kind,word', [
    (tarfile.SYMTYPE, 'symbolic link'), (tarfile.LNKTYPE, 'hard link'), (tarfile.CHRTYPE, 'device'),
    (tarfile.BLKTYPE, 'device'), (tarfile.FIFOTYPE, 'pipe'), (tarfile.CONTTYPE, 'contiguous'), (b'Z', 'unknown kind'),
    (b'S', 'sparse'), (b'M', 'several volumes')])
def test_only_plain_files(tmp_path, kind, word):
    path = write(tmp_path / 'a.tar', [('good.jpg', b'1'), special('bad.jpg', kind, '/etc/passwd')])
    listing = list_tar(path)
    assert next(listing).name == 'good.jpg'
    with pytest.raises(UserError, match=f"'bad.jpg' is .*{word}"):
        next(listing)


def test_sparse_files_of_pax(tmp_path):
    info = tarfile.TarInfo('huge.jpg')
    info.pax_headers = {'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': str(1 << 50)}
    with pytest.raises(UserError, match='sparse'):
        list(list_tar(write(tmp_path / 'a.tar', [info], format=tarfile.PAX_FORMAT)))


@pytest.mark.parametrize('name', ['/etc/passwd', '../up.jpg', 'a/../../up.jpg', 'a\\..\\b.jpg', 'C:/x.jpg', 'a\nb.jpg',
                                  'a\x1b[2J.jpg', 'x' * 2000])
def test_names_that_lead_out_or_are_none(tmp_path, name):
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        with pytest.raises(UserError, match='member name') as error:
            list(list_tar(write(tmp_path / 'a.tar', [(name, b'1')], format=form)))
        assert '\x1b' not in str(error.value) and '\n' not in str(error.value)


def test_limits(tmp_path):
    path = write(tmp_path / 'a.tar', [(f'{i}.jpg', b'x' * 100) for i in range(5)])
    assert len(list(list_tar(path, TarLimits(100, 5)))) == 5
    with pytest.raises(UserError, match='more than 4 members'):
        list(list_tar(path, TarLimits(members=4)))
    with pytest.raises(UserError, match="'0.jpg' tells 100 bytes; more than 99"):
        list(list_tar(path, TarLimits(member_bytes=99)))


@pytest.mark.parametrize('size,message', [
    (b'%011o\0' % (1 << 32), 'are refused'), (b'%011o\0' % 50000, 'breaks off inside'),
    (b'\x80' + b'\0' * 3 + b'\xff' * 8, 'are refused'), (b'\xff' * 12, 'unreadable size'),
    (b'-0000000005\0', 'unreadable size'), (b'abcdefghijk\0', 'unreadable size')])
def test_sizes_that_lie(tmp_path, size, message):
    path = patched(write(tmp_path / 'a.tar', [('a.jpg', b'1')], format=tarfile.USTAR_FORMAT), 124, size)
    with pytest.raises(UserError, match=message):
        list(list_tar(path))


@pytest.mark.parametrize('size', ['-512', '-5', '9' * 5000, '99999999999', 'x', '', '1e9'])
def test_sizes_of_pax_that_lie(tmp_path, size):
    info = tarfile.TarInfo('a.jpg')
    info.pax_headers = dict(size=size)
    path = write(tmp_path / 'a.tar', [info, ('b.jpg', b'1')], format=tarfile.PAX_FORMAT)
    with pytest.raises(UserError, match='size|refused'):
        list(list_tar(path))


def test_extended_headers_are_small_and_whole(tmp_path):
    info = tarfile.TarInfo('a.jpg')
    info.pax_headers = dict(comment='x' * 100_000)
    with pytest.raises(UserError, match='extended header of 1000'):
        list(list_tar(write(tmp_path / 'a.tar', [info], format=tarfile.PAX_FORMAT)))
    info.pax_headers = dict(comment='fine')
    path = write(tmp_path / 'b.tar', [info], format=tarfile.PAX_FORMAT)
    raw = bytearray(path.read_bytes())
    for broken in (b'99', b'00', b'ab'):
        raw[512:514] = broken
        path.write_bytes(raw)
        with pytest.raises(UserError, match='damaged extended header'):
            list(list_tar(path))


@pytest.mark.parametrize('kept', [0, 100, 512, 600, 1024, 1100, 2048])
def test_cut_off(tmp_path, kept):
    path = write(tmp_path / 'a.tar', [('a.jpg', b'1' * 500), ('b.jpg', b'2' * 600)])
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(UserError, match='a.tar breaks off'):
        list(list_tar(path))


def test_damage_and_other_files(tmp_path):
    path = write(tmp_path / 'a.tar', [('a.jpg', b'1' * 500), ('b.jpg', b'2' * 600)])
    raw = bytearray(path.read_bytes())
    raw[1030] ^= 1
    path.write_bytes(raw)
    with pytest.raises(UserError, match='damaged at byte 1024'):
        list(list_tar(path))
    (tmp_path / 'b.tar').write_bytes(gzip.compress(bytes(range(256)) * 40))
    with pytest.raises(UserError, match='breaks off|compressed'):
        list(list_tar(tmp_path / 'b.tar'))
    (tmp_path / 'c.tar').write_bytes(b'\x1f\x8b' + bytes(range(200)) * 5)
    with pytest.raises(UserError, match='compressed .gzip.; unpack it'):
        list(list_tar(tmp_path / 'c.tar'))
    (tmp_path / 'd.tar').write_bytes(b'not a tar at all ' * 100)
    with pytest.raises(UserError, match='is not a tar'):
        list(list_tar(tmp_path / 'd.tar'))
    with pytest.raises(UserError, match='nowhere.tar does not exist'):
        list(list_tar(tmp_path / 'nowhere.tar'))


def test_a_part_beyond_the_end_is_none(tmp_path):
    (tmp_path / 'a').write_bytes(b'0123456789')
    with open(tmp_path / 'a', 'rb') as file:
        assert read_part(file, 2, 3) == b'234' and read_part(file, 0, 0) == b''
        assert read_part(file, 8, 3) is None and read_part(file, 20, 1) is None
