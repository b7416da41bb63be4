import pytest

from ajahr_mm.io import atomic_path


def test_success_renames_into_new_folders(tmp_path):
    target = tmp_path / 'a' / 'b.json'
    with atomic_path(target) as temporary:
        assert temporary.suffix == '.json' and temporary.parent == target.parent
        temporary.write_text('whole')
    assert target.read_text() == 'whole' and list(target.parent.iterdir()) == [target]


def test_failure_keeps_the_old_file_and_leaves_nothing(tmp_path):
    target = tmp_path / 'x.txt'
    target.write_text('old')
    with pytest.raises(RuntimeError):
        with atomic_path(target) as temporary:
            temporary.write_text('half')
            raise RuntimeError('disk full')
    assert target.read_text() == 'old' and list(tmp_path.iterdir()) == [target]
