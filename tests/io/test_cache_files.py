import os

import pytest

from ajahr_mm.io.cache_files import cache_path, drop_outdated, fingerprint
from ajahr_mm.io.errors import UserError


@pytest.fixture
def source(tmp_path):
    (tmp_path / 'a.tar').write_bytes(b'one')
    return tmp_path / 'a.tar'


def test_fingerprint_follows_name_size_and_date(source, tmp_path):
    first = fingerprint([source])
    assert first == fingerprint([str(source)]) and len(first) == 16
    os.utime(source, ns=(0, 5))
    second = fingerprint([source])
    source.write_bytes(b'three')
    os.utime(source, ns=(0, 5))
    third = fingerprint([source])
    source.rename(tmp_path / 'b.tar')
    assert len({first, second, third, fingerprint([tmp_path / 'b.tar'])}) == 4
    with pytest.raises(UserError, match='a.tar does not exist'):
        fingerprint([source])


def test_beside_the_source_or_in_the_cache_of_the_user(source, monkeypatch, tmp_path):
    monkeypatch.delenv('AJAHR_CACHE', raising=False)
    beside = cache_path([source], 'index-1', '.npz')
    assert beside.parent == tmp_path / '.ajahr_cache' and beside.name.startswith('a.tar.index-1-')
    monkeypatch.setattr(os, 'access', lambda *_: False)
    monkeypatch.setenv('HOME', str(tmp_path / 'home'))
    elsewhere = cache_path([source], 'index-1', '.npz')
    assert elsewhere.is_relative_to(tmp_path / 'home/.cache/ajahr_mm') and elsewhere.name == beside.name
    monkeypatch.setenv('AJAHR_CACHE', str(tmp_path / 'fast'))
    assert cache_path([source], 'index-1', '.npz').is_relative_to(tmp_path / 'fast')


def test_only_earlier_versions_of_the_same_are_dropped(source):
    old = cache_path([source], 'index-1', '.npz')
    other = cache_path([source], 'checked', '.npz')
    old.parent.mkdir()
    old.touch(), other.touch()
    source.write_bytes(b'changed')
    new = cache_path([source], 'index-1', '.npz')
    new.touch()
    drop_outdated(new)
    assert sorted(p.name for p in new.parent.iterdir()) == sorted([new.name, other.name])
