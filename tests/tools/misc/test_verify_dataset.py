"""A small set without defects passes; every defect of a deliberately broken copy is named."""
import importlib.util
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image
from scipy.spatial.transform import Rotation

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.keypoints import HMR44, missing_keypoints
from ajahr_mm.body_models import build_body
from ajahr_mm.geometry.cameras import project_to_crop

ROOT = Path(__file__).parents[3]
SIDE = 128
#: Rows of the broken copy's training split.
TORN, CMYK, TURNED, ABSURD, GONE, NAN, FLAT, LABEL, OUTSIDE, SURE, LOST, ASKEW, TWICE, COPY = range(14)


def jpeg(picture, **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, 'JPEG', quality=90, **options)
    return file.getvalue()


def write_split(folder: Path, count: int, seed: int) -> dict:
    """People of the packaged body in front of coloured noise; returns the columns."""
    rng, body = np.random.default_rng(seed), build_body('open')
    orient = (Rotation.from_euler('x', np.pi) * Rotation.from_rotvec(rng.uniform(-1, 1, (count, 1)) * [0, 1, 0])).as_rotvec()
    pose, betas = rng.normal(0, 0.15, (count, 69)), rng.normal(0, 1, (count, 10))
    label = np.arange(count) % 13
    extent = limbs.classes_to_extent(np.stack([limbs.label_to_classes(i) for i in label]))
    camera = np.column_stack([rng.uniform(0.7, 0.8, count), rng.uniform(-0.05, 0.05, (count, 2))])
    matrices = Rotation.from_rotvec(np.hstack([orient, pose]).reshape(-1, 3)).as_matrix()
    matrices = torch.from_numpy(matrices).float().view(count, 24, 3, 3)
    with torch.no_grad():
        points = body(matrices[:, 0], matrices[:, 1:], torch.from_numpy(betas).float(), with_vertices=False).keypoints
    pixels = project_to_crop(points, torch.from_numpy(camera).float()).numpy() * SIDE / 256
    there = ~missing_keypoints(extent)[..., None]
    marked = np.where(there, np.concatenate([pixels, np.ones((count, 44, 1))], 2), 0)
    columns = dict(
        image=np.array([f'images/{i:03d}.jpg' for i in range(count)]), center=np.full((count, 2), SIDE / 2),
        size=np.full(count, SIDE),
        global_orient=orient, body_pose=pose, betas=betas, camera=camera, keypoints_2d=marked, projected_2d=marked,
        keypoints_3d=np.concatenate([points, np.ones((count, 44, 1))], 2), label=label, limb_extent=extent,
        visibility=np.where(there[..., 0], 0, 3).astype(np.uint8),
        background=np.array([f'photograph/{seed}_{i}.png' for i in range(count)]))
    columns = {name: value.astype(np.float32) if value.dtype == np.float64 else value for name, value in columns.items()}
    (folder / 'images').mkdir(parents=True)
    for i in range(count):
        noise = cv2.resize(rng.integers(0, 256, (6, 6, 3), np.uint8), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
        (folder / f'images/{i:03d}.jpg').write_bytes(jpeg(Image.fromarray(noise)))
    np.savez(folder / 'annotations.npz', **columns)
    return columns


@pytest.fixture(scope='module')
def good(tmp_path_factory):
    folder = tmp_path_factory.mktemp('sets') / 'good'
    for split, (count, seed) in dict(train=(16, 0), test=(4, 1)).items():
        write_split(folder / split, count, seed)
    return folder


@pytest.fixture(scope='module')
def tool():
    spec = importlib.util.spec_from_file_location('verify_dataset', ROOT / 'tools/misc/verify_dataset.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def verify(tool, monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, 'argv', ['verify_dataset.py', *map(str, arguments)])
        code = tool.main()
        return code, capsys.readouterr().out
    return run


def columns_of(folder: Path) -> dict:
    with np.load(folder / 'annotations.npz') as archive:
        return dict(archive)


def test_a_good_set_passes_and_is_described(good, verify):
    code, text = verify(good)
    assert code == 0 and text.splitlines()[-1] == 'no defects'
    assert 'train: 16 people' in text and '16 pictures read, 0 with defects' in text
    assert 'right hand 2' in text and 'reprojection of 16 bodies: 0.00%' in text


def break_train(folder: Path) -> None:
    image = lambda row: folder / f'images/{row:03d}.jpg'  # noqa: E731
    whole = image(TORN).read_bytes()
    image(TORN).write_bytes(whole[:len(whole) // 2])
    image(CMYK).write_bytes(jpeg(Image.open(image(CMYK)).convert('CMYK')))
    exif = Image.Exif()
    exif[0x0112] = 6
    image(TURNED).write_bytes(jpeg(Image.open(image(TURNED)), exif=exif))
    place = whole.index(b'\xff\xc0') + 5
    image(ABSURD).write_bytes(whole[:place] + b'\xc3\x50\xc3\x50' + whole[place + 4:])
    image(GONE).unlink()
    image(COPY).write_bytes(image(TWICE).read_bytes())
    c = columns_of(folder)
    c['body_pose'][NAN, 3] = np.nan
    c['size'][FLAT] = 0
    c['label'][LABEL] = 12
    c['keypoints_2d'][OUTSIDE, 0, :2] = SIDE + 40
    c['keypoints_2d'][SURE, 1, 2] = 2
    c['keypoints_2d'][LOST, HMR44.index('right_big_toe')] = [60, 60, 1]
    c['global_orient'][ASKEW] = (Rotation.from_euler('z', 1.2) * Rotation.from_rotvec(c['global_orient'][ASKEW])).as_rotvec()
    for name in c:
        c[name] = np.concatenate([c[name], c[name][TWICE:TWICE + 1]])  # the same person once more
    c['keypoints_2d'][:, HMR44.index('h36m_spine'), 0] += 12
    c['projected_2d'][:, HMR44.index('h36m_spine'), 0] += 12
    np.savez(folder / 'annotations.npz', **c)


@pytest.fixture
def broken(good, tmp_path):
    shutil.copytree(good, tmp_path / 'broken')
    break_train(tmp_path / 'broken/train')
    c, train = columns_of(tmp_path / 'broken/test'), columns_of(tmp_path / 'broken/train')
    shutil.copy(tmp_path / 'broken/train/images/014.jpg', tmp_path / 'broken/test/images/001.jpg')
    for name in set(c) - {'image', 'center', 'size'}:
        c[name] = c[name].astype(train[name].dtype)  # texts of the same length
        c[name][2] = train[name][15]
    np.savez(tmp_path / 'broken/test/annotations.npz', **c)
    card = dict(sha256={'train/annotations.npz': '0' * 64, 'poses.npz': '1'})
    (tmp_path / 'broken/dataset_card.json').write_text(json.dumps(card))
    return tmp_path / 'broken'


NAMED = {
    'row 0 (000.jpg)': 'breaks off before its end', 'row 1 (001.jpg)': 'CMYK', 'row 2 (002.jpg)': 'EXIF orientation 6',
    'row 3 (003.jpg)': 'claims to be 50000 x 50000', 'row 4 (004.jpg)': 'does not exist',
    'column body_pose is NaN or infinite': 'row 5', 'box size is not positive': 'row 6', 'contradict': 'row 7',
    'outside of its picture (nose 1 times)': 'row 8', 'confidence is outside [0, 1]': 'row 9',
    '2D keypoint of a lost limb is seen (right_big_toe 1 times)': 'row 10', 'beside its 2D keypoints': 'row 11',
    'has the same box 2 times': '012.jpg', 'are the same picture': '013.jpg',
    'keypoint h36m_spine lies': 'another definition',
    'share 1 pictures': 'train', 'share 1 poses': 'train', 'share 1 backgrounds': 'photograph/0_15.png',
    'is not the file that was made': 'train/annotations.npz', 'poses.npz is missing': 'dataset_card.json'}


def test_every_defect_is_named(broken, verify):
    code, text = verify(broken)
    defects = [line for line in text.splitlines() if line.startswith('DEFECT ')]
    for words, more in NAMED.items():
        assert any(words in line and more in line for line in defects), (words, more, defects)
    assert code == 1 and text.splitlines()[-1] == f'{len(defects)} defects'
    # Nothing else is complained of, but what follows: a picture that cannot be read, keypoints that were changed.
    assert len(defects) <= len(NAMED) + 2, defects


def drop_size(c):
    del c['size']


def shorten(c):
    c['betas'] = c['betas'][:-1]


def pickle_images(c):
    c['image'] = c['image'].astype(object)


def empty(c):
    c.update({name: column[:0] for name, column in c.items()})


@pytest.mark.parametrize('change,words', [(drop_size, 'lacks the column size'), (shorten, 'columns of different lengths'),
                                          (pickle_images, 'image'), (empty, 'is empty')])
def test_tables_that_cannot_be_opened_are_defects_too(good, tmp_path, verify, change, words):
    shutil.copytree(good, tmp_path / 'set')
    c = columns_of(tmp_path / 'set/train')
    change(c)
    np.savez(tmp_path / 'set/train/annotations.npz', **c)
    code, text = verify(tmp_path / 'set')
    defects = [line for line in text.splitlines() if line.startswith('DEFECT ')]
    assert code == 1 and len(defects) == 1 and words in defects[0] and 'train' in defects[0]
    assert 'test: 4 people' in text  # the rest is looked at


def test_truncated_table(good, tmp_path, verify):
    shutil.copytree(good, tmp_path / 'set')
    table = tmp_path / 'set/train/annotations.npz'
    table.write_bytes(table.read_bytes()[:5000])
    code, text = verify(tmp_path / 'set')
    assert code == 1 and 'DEFECT train' in text


def test_two_sets_are_compared(good, tmp_path, verify):
    shutil.copytree(good, tmp_path / 'other')
    (tmp_path / 'other/.ajahr_cache').mkdir()
    (tmp_path / 'other/.ajahr_cache/index').write_text('made by reading')
    code, text = verify(good, tmp_path / 'other')
    assert code == 0 and '22 files in both, 22 of them identical byte for byte' in text
    picture = tmp_path / 'other/train/images/003.jpg'
    picture.write_bytes(picture.read_bytes()[:-3] + b'\0\xff\xd9')
    (tmp_path / 'other/test/images/000.jpg').rename(tmp_path / 'other/more.jpg')
    code, text = verify(good, tmp_path / 'other')
    assert code == 1 and '1 files differ: train/images/003.jpg' in text
    assert 'only here: test/images/000.jpg' in text and 'only here: more.jpg' in text
    assert verify(good, tmp_path / 'other', '--check')[1].count('16 people') == 2


def test_sets_of_a_config(good, tmp_path, verify):
    config = tmp_path / 'config.py'
    config.write_text(f'''
part = dict(type='A3DDataset', data_root={str(good / 'train')!r})
train_dataloader = dict(dataset=dict(type='MixedDataset', shares=dict(a=0.5, b='rest'), parts=dict(a=part, b=part)))
val_dataloader = dict(dataset=dict(type='A3DDataset', data_root={str(good / 'test')!r}, pipeline=[], test_mode=True))
''')
    code, text = verify(config, '--number', 3)
    assert code == 0 and 'train.a: 16 people' in text and 'train.b' not in text and 'val: 4 people' in text
    assert text.count('3 pictures read') == 2


def test_tars(good, tmp_path, verify):
    from ajahr_mm.io.shard_writer import ShardWriter
    c = columns_of(good / 'test')
    with ShardWriter(tmp_path / 'set-000000.tar') as writer:
        for row, name in enumerate(c['image']):
            people = {key: value[row:row + 1] for key, value in c.items() if value.dtype.kind in 'fiu'}
            writer.add(f'{row:06d}', (good / 'test' / str(name)).read_bytes(), people)
    code, text = verify(tmp_path)
    assert code == 0 and '4 people' in text and '4 pictures read' in text


@pytest.mark.parametrize('arguments,words', [
    (['absent'], 'absent does not exist'), (['tests/tools'], 'holds no annotations.npz'),
    (['tests', '--number', '0'], '--number must be')])
def test_senseless_questions_are_one_sentence(arguments, words):
    done = subprocess.run([sys.executable, 'tools/misc/verify_dataset.py', *arguments], cwd=ROOT, capture_output=True,
                          text=True)
    assert done.returncode == 2 and done.stderr.startswith('error: ') and words in done.stderr
