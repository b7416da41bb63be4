import pytest

from ajahr_mm.synthesis.running import sources


@pytest.fixture
def package(tmp_path, monkeypatch):
    for name, text in {'synthesis/a.py': 'a = 1', 'synthesis/running/b.py': 'b = 1', 'assets/body.npz': 'body',
                       'synthesis/README.md': 'words', 'models/c.py': 'c = 1', 'io/__pycache__/a.py': 'x'}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(sources, 'PACKAGE', tmp_path)
    monkeypatch.setattr(sources, 'APART', tmp_path / 'synthesis' / 'running')
    return tmp_path


@pytest.mark.parametrize('file, changed', [
    ('synthesis/a.py', {'code'}), ('synthesis/new.py', {'code'}), ('assets/body.npz', {'assets'}),
    ('synthesis/light/new.json', {'assets'}), ('synthesis/running/b.py', set()), ('synthesis/README.md', set()),
    ('models/c.py', set()), ('io/__pycache__/a.py', set()), ('assets/.ajahr_cache/body.npz', set()), ('assets/.swp', set())])
def test_only_what_decides_a_picture_counts(package, file, changed):
    before = sources.digests({})
    (package / file).parent.mkdir(exist_ok=True)
    (package / file).write_text('changed')
    after = sources.digests({})
    assert {name for name in before if before[name] != after[name]} == changed


def test_a_file_under_another_name_is_another_file(package):
    before = sources.digests({})
    (package / 'assets/body.npz').rename(package / 'assets/other.npz')
    assert sources.digests({})['assets'] != before['assets']


def test_parts_from_outside_count_when_the_config_names_them(make_tiny, package):
    import tiny_pipeline  # noqa: F401
    assert sources.digests(make_tiny())['code'] != sources.digests({})['code']


def test_the_package_itself_has_code_and_assets():
    digests = sources.digests({})
    assert digests == sources.digests({}) and len(set(digests.values())) == 2
    assert all(len(value) == 16 for value in digests.values())
