"""A folder in, a folder and a report out: restarts, workers, and pictures that nobody can read."""
import json
import struct

import cv2
import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.removal import folder as folder_module
from ajahr_mm.synthesis.removal.folder import clean_folder
from ajahr_mm.synthesis.removal.pictures import read_picture

SUIT = dict(type='OrangeSuit')


@pytest.fixture
def config(astronaut_box):
    """Removes the box of the astronaut from whatever picture it gets."""
    return dict(custom_imports=dict(imports=['removal_stand_ins']), cleaner=dict(
        type='BackgroundCleaner', detector=dict(type='GivenBoxes', boxes=(astronaut_box / 2).tolist()),
        segmenter=dict(type='GrabCutSegmenter'), inpainter=dict(type='OpenCVInpainter', longest=96),
        checks=[dict(type='SSIMCheck', minimum=.3), dict(type='NoPersonCheck', detector=SUIT)]))


@pytest.fixture
def images(tmp_path, astronaut):
    """Four pictures of 128 px: the astronaut three times, once so that she is not where the detector looks."""
    small = cv2.resize(astronaut, (128, 128), interpolation=cv2.INTER_AREA)
    # mirrored, most of her orange suit remains
    for name, image in {'nasa/a.png': small, 'nasa/b.jpg': small, 'c.png': small[:, ::-1], 'd.png': small // 2}.items():
        (tmp_path / 'in' / name).parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(tmp_path / 'in' / name), image[..., ::-1])
    return tmp_path / 'in'


def content(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob('*') if path.is_file()}


def test_pictures_and_report(tmp_path, images, config, capsys):
    report = clean_folder(config, images, tmp_path / 'out')
    assert json.loads((tmp_path / 'out/report.json').read_text()) == report
    assert list(report['pictures']) == ['c.png', 'd.png', 'nasa/a.png', 'nasa/b.jpg'] and report['source'] == str(images)
    a, c = report['pictures']['nasa/a.png'], report['pictures']['c.png']
    assert a['cleaned'] == 'pictures/nasa/a.png.png' and a['dropped'] is None and a['people'] == 1 and a['scale'] == 1
    assert c['cleaned'] is None and c['dropped'].startswith('NoPersonCheck: OrangeSuit still finds')
    original, cleaned = read_picture(images / 'nasa/a.png', None)[0], read_picture(tmp_path / 'out' / a['cleaned'], None)[0]
    assert (original != cleaned).any(axis=-1).mean() == pytest.approx(a['cover'], abs=.03)
    assert sorted(content(tmp_path / 'out/pictures')) == ['d.png.png', 'nasa/a.png.png', 'nasa/b.jpg.png']
    summary = report['summary']
    assert (summary['kept'], summary['dropped'], summary['dropped_because']) == (3, 1, dict(NoPersonCheck=1))
    assert set(summary['by_source']) == {'.', 'nasa'} and 'lpips' in summary['unmeasured']
    assert report['engines']['detector']['type'] == 'GivenBoxes'
    assert '4/4 pictures' in capsys.readouterr().err


@pytest.mark.slow
def test_the_files_do_not_depend_on_the_number_of_workers(tmp_path, images, config):
    (images / 'e.jpg').write_bytes(b'no picture')
    for workers in (1, 2):
        clean_folder(config, images, tmp_path / f'out{workers}', workers)
    one, two = content(tmp_path / 'out1'), content(tmp_path / 'out2')
    one.pop('finished.jsonl'), two.pop('finished.jsonl')  # in the order in which they were finished
    assert one == two and 'e.jpg' in json.loads(one['report.json'])['skipped']


def test_a_stopped_run_goes_on(tmp_path, images, config, monkeypatch):
    whole = clean_folder(config, images, tmp_path / 'whole')
    made, read = [], read_picture

    def reading(path, longest):
        made.append(path.name)
        if len(made) == 3:
            raise KeyboardInterrupt
        return read(path, longest)
    monkeypatch.setattr(folder_module, 'read_picture', reading)
    with pytest.raises(KeyboardInterrupt):
        clean_folder(config, images, tmp_path / 'out')
    assert not (tmp_path / 'out/report.json').exists()
    assert clean_folder(config, images, tmp_path / 'out') == whole and made == ['c.png', 'd.png', 'a.png', 'a.png', 'b.jpg']
    assert content(tmp_path / 'out/pictures') == content(tmp_path / 'whole/pictures')
    # nothing is left to do, but for what was deleted or changed
    clean_folder(config, images, tmp_path / 'out')
    assert len(made) == 5
    (tmp_path / 'out/pictures/d.png.png').unlink()
    (images / 'nasa/b.jpg').write_bytes((images / 'nasa/a.png').read_bytes())
    clean_folder(config, images, tmp_path / 'out')
    assert made[5:] == ['d.png', 'b.jpg']


def write_bad(images, astronaut):
    """Pictures that cannot be used, and the word that says why."""
    jpeg = cv2.imencode('.jpg', astronaut)[1].tobytes()
    header = b'\x89PNG\r\n\x1a\n' + struct.pack('>I4sIIBBBBB', 13, b'IHDR', 50000, 50000, 8, 2, 0, 0, 0) + b'\0' * 8
    tiny = cv2.imencode('.png', astronaut[:20])[1].tobytes()
    bad = {'cut.jpg': (jpeg[:len(jpeg) // 2], 'breaks off'), 'huge.png': (header, '50000 x 50000'),
           'empty.jpg': (b'', 'empty'), 'text.png': (b'hello', 'not an image'), 'tiny.png': (tiny, 'too small')}
    for name, (data, _) in bad.items():
        (images / name).write_bytes(data)
    from PIL import Image
    Image.fromarray(astronaut).convert('CMYK').save(images / 'print.jpg')
    return {**{name: word for name, (_, word) in bad.items()}, 'print.jpg': 'CMYK'}


def test_what_cannot_be_read_is_skipped_and_named(tmp_path, images, config, astronaut):
    bad = write_bad(images, astronaut)
    report = clean_folder(config, images, tmp_path / 'out')
    assert sorted(report['skipped']) == sorted(bad) and report['summary']['skipped'] == len(bad)
    assert all(word in report['skipped'][name] for name, word in bad.items())
    assert len(report['pictures']) == 4


def test_strict_stops_at_the_first_of_them(tmp_path, images, config, astronaut):
    write_bad(images, astronaut)
    with pytest.raises(UserError, match='cut.jpg'):
        clean_folder(config, images, tmp_path / 'out', strict=True)


def test_pictures_are_turned_upright(tmp_path, config, images, astronaut):
    from PIL import Image
    lying = Image.fromarray(np.ascontiguousarray(np.rot90(astronaut[:, :200])))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it clockwise
    lying.save(images / 'nasa/turned.jpg', exif=exif, quality=95)
    config['cleaner']['checks'] = []
    report = clean_folder(config, [images / 'nasa/turned.jpg'], tmp_path / 'out')
    cleaned, _ = read_picture(tmp_path / 'out' / report['pictures']['turned.jpg']['cleaned'], None)
    assert cleaned.shape == (256, 200, 3) and np.abs(cleaned[200:].astype(int) - astronaut[200:, :200]).mean() < 5


def test_jpegs_if_wanted_and_nothing_else(tmp_path, images, config):
    report = clean_folder(config, images, tmp_path / 'out', format='jpg')
    assert (tmp_path / 'out' / report['pictures']['d.png']['cleaned']).read_bytes()[:2] == b'\xff\xd8'
    with pytest.raises(UserError, match="'gif'"):
        clean_folder(config, images, tmp_path / 'gif', format='gif')


def test_a_mistake_leaves_no_folder(tmp_path, images, config):
    config['cleaner']['inpainter'] = dict(type='LaMaInpainter', weights='nowhere.pt')
    with pytest.raises(UserError, match='nowhere.pt does not exist'):
        clean_folder(config, images, tmp_path / 'out')
    assert not (tmp_path / 'out').exists()


def test_other_settings_are_not_mixed(tmp_path, images, config):
    clean_folder(config, images, tmp_path / 'out')
    config['cleaner']['max_cover'] = .6
    with pytest.raises(UserError, match='other settings'):
        clean_folder(config, images, tmp_path / 'out')


def test_a_full_disk_is_one_sentence(tmp_path, images, config, monkeypatch):
    def full(*_):
        raise OSError(28, 'No space left on device')
    monkeypatch.setattr(folder_module, 'write_picture', full)
    with pytest.raises(UserError, match='the disk is full'):
        clean_folder(config, images, tmp_path / 'out')
