import pytest

from ajahr_mm.synthesis.output import picture_files


@pytest.mark.parametrize('image, suffix, expected', [
    ('images/000017.jpg', 'mask.png', 'masks/000017.png'), ('H36M/S1/Images/a.b.jpg', 'depth.png', 'H36M/S1/depth/a.b.png'),
    ('/data/x/images/1.jpg', 'mask.png', '/data/x/masks/1.png'), ('images/1.jpg', 'normal.exr', 'normal/1.exr')])
def test_where_further_files_lie(image, suffix, expected):
    assert picture_files.beside(image, suffix) == expected


def test_what_is_written_is_read(made, tmp_path):
    picture_files.write_all(made[:3], [sample.row['image'] for sample in made[:3]], tmp_path)
    assert picture_files.read_all('images/000002.jpg', tmp_path) == {'jpg': made[2].jpeg, **made[2].extras}
    (tmp_path / 'masks/000002.png').unlink()
    assert picture_files.read_all('images/000002.jpg', tmp_path) == {'jpg': made[2].jpeg}
    (tmp_path / '.ajahr_cache').mkdir()
    assert [path.name for path in picture_files.folders_in(tmp_path)] == ['images', 'masks']
    assert picture_files.folders_in(tmp_path / 'absent') == []
