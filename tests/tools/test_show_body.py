"""The picture sheets of a body: what the studio photographs, and the command that writes them."""
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from ajahr_mm.anatomy import limbs
from ajahr_mm.body_models import build_body

FOLDER = Path(__file__).resolve().parents[2] / 'tools' / 'body_models'


@pytest.fixture(scope='module')
def tools():
    sys.path.insert(0, str(FOLDER))
    try:
        yield {name: import_module(name) for name in ('studio', 'sheets', 'lettering', 'show_body')}
    finally:
        sys.path.remove(str(FOLDER))


@pytest.fixture(scope='module')
def body():
    return build_body('open')


@pytest.fixture(scope='module')
def sheets(tools, body):
    return tools['sheets'].Sheets(body, tools['studio'].Studio(body.faces.numpy()), zoom=0.4)


def skin(tools, picture, ground=None):
    ground = tools['studio'].PAPER if ground is None else ground
    return np.abs(picture.astype(float) - ground).max(-1) > 6


def test_scale_is_true_and_views_are_what_they_say(tools, body):
    """A brick 1 m high, 0.6 m wide and 0.2 m deep; what is nearer is a little larger."""
    brick = pytest.importorskip('trimesh').creation.box((0.6, 1.0, 0.2))
    studio = tools['studio'].Studio(brick.faces)
    for turn, width, near in ((0, 60, 0.1), (90, 20, 0.3), (180, 60, 0.1), (-90, 20, 0.3)):
        larger = tools['studio'].DISTANCE / (tools['studio'].DISTANCE - near)
        mask = skin(tools, studio.photograph(brick.vertices, turn, np.zeros(3), (160, 160), 100))
        rows, columns = mask.any(1).nonzero()[0], mask.any(0).nonzero()[0]
        assert abs(np.ptp(rows) + 1 - 100 * larger) <= 1.5 and abs(np.ptp(columns) + 1 - width * larger) <= 1.5
        assert abs(rows.mean() - 79.5) <= 1 and abs(columns.mean() - 79.5) <= 1


@pytest.mark.parametrize('turn, limb, side', [
    (0, 0, 'right'), (180, 0, 'left'), (0, 1, 'left'), (0, 2, 'right'), (180, 3, 'right')])
def test_lost_limb_is_missing_on_its_side_of_the_picture(tools, sheets, turn, limb, side):
    """Who faces us has the left arm to our right."""
    extent = np.full(4, 3.)
    extent[limb] = 0
    shot = tools['sheets'].Shot((), extent)
    pictures = [sheets.studio.photograph(sheets.build(shot, intact)[0], turn, np.array([0, -0.1, 0]), (240, 160), 120)
                for intact in (True, False)]
    gone = skin(tools, pictures[0]) & ~skin(tools, pictures[1])
    halves = dict(left=gone[:, :80].sum(), right=gone[:, 80:].sum())
    other = 'left' if side == 'right' else 'right'
    assert halves[side] > 200 and halves[other] < 0.05 * halves[side]


def test_side_views_look_at_the_lost_limb(tools, sheets):
    """The toes point to the left of a picture of the left side, and the other way round."""
    for side, turn in (('left', 90), ('right', -90)):
        vertices, joints = sheets.build(tools['sheets'].Shot((), side=side))
        mask = skin(tools, sheets.studio.photograph(vertices, turn, np.array([0, -0.1, 0]), (240, 160), 120))
        feet = mask[-40:].nonzero()[1]
        ankle = 80 + 120 * (joints[7, 2] if side == 'right' else -joints[7, 2])
        assert (feet.max() - ankle > 1.5 * (ankle - feet.min())) == (side == 'right')


def test_light_is_soft_and_edges_are_smooth(tools, sheets):
    vertices = sheets.build(tools['sheets'].Shot(()))[0]
    picture = sheets.studio.photograph(vertices, 0, np.array([0, -0.1, 0]), (320, 200), 160).astype(float)
    brightness = picture.mean(-1)[skin(tools, picture)]
    assert 60 < brightness.min() and brightness.max() < 250  # neither black holes nor burnt skin
    assert np.percentile(brightness, 90) - np.percentile(brightness, 10) > 20
    grey = picture.mean(-1)
    between = (np.abs(grey - grey[0, 0]) > 3) & (grey > np.percentile(brightness, 99))
    assert between.sum() > 100  # covered in part: anti-aliased


def test_ends_of_residual_limbs_are_pointed_out(tools, sheets):
    studio, shot = tools['studio'], tools['sheets'].Shot((), np.array([3., 1.5, 3, 3]))
    vertices = sheets.build(shot)[0]
    marked = sheets._ends(shot, vertices)
    weights = sheets.body.lbs_weights.numpy()
    assert marked.max() == 1 and (weights[marked > 0][:, [17, 19, 21, 23]].sum(1) > 0.99).all()  # on the right arm only
    assert not sheets._ends(tools['sheets'].Shot(()), vertices).any()
    view = (0, np.array([0, -0.1, 0]), (240, 160), 120, studio.PAPER)
    plain, blue = (sheets.studio.photograph(vertices, *view, m).astype(int) for m in (None, marked))
    changed = np.abs(blue - plain).max(-1) > 20
    assert changed[:, :80].sum() > 20 and not changed[:, 80:].any()
    assert (blue[..., 2] > blue[..., 0])[changed].mean() > 0.8


def test_words_are_centred_and_stay_inside(tools):
    image = np.full((60, 200, 3), 255, np.uint8)
    tools['lettering'].write(image, 'transtibial', (100, 30), 16, (0, 0, 0))
    ink = (image < 128).any(-1)
    columns, rows = ink.any(0).nonzero()[0], ink.any(1).nonzero()[0]
    assert abs((columns[0] + columns[-1]) / 2 - 99.5) <= 2 and 15 < rows.min() < rows.max() < 45
    tools['lettering'].write(image, 'cut off at the border', (195, 5), 16, (0, 0, 0), upright=True)  # does not raise


def test_every_sheet_counts_its_pictures(tools, sheets, monkeypatch):
    """The progress bar's total is what is drawn."""
    drawn = []

    def photograph(vertices, turn, centre, size, scale, *colors):
        drawn.append(vertices)
        return np.zeros((*size, 3), np.uint8)

    monkeypatch.setattr(sheets.studio, 'photograph', photograph)
    for name, count in tools['show_body'].PICTURES.items():
        drawn.clear()
        (key, image), = tools['sheets'].draw(sheets, [name])
        assert key == name and len(drawn) == count and image.dtype == np.uint8


def test_the_twelve_labels_and_all_extents_are_shown(tools, sheets, monkeypatch):
    seen = []
    monkeypatch.setattr(sheets, 'strip', lambda shots, *a, **k: seen.extend(shots) or np.zeros((4, 4, 3), np.uint8))
    sheets.labels()
    assert [limbs.classes_to_label(limbs.extent_to_classes(s.extent)) for s in seen] == list(range(12))
    assert all(limbs.LABEL_NAMES[i] in s.words[0] for i, s in enumerate(seen))
    seen.clear()
    sheets.extents()
    assert {float(s.extent[0]) for s in seen} == {0.25 * i for i in range(1, 12)}
    seen.clear()
    sheets.shapes()
    assert {tuple(s.betas) for s in seen} == {tuple(v) for v in np.concatenate([2 * np.eye(10), -2 * np.eye(10)])}


def run(*arguments):
    command = [sys.executable, str(FOLDER / 'show_body.py'), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


def test_command_writes_sheet_and_page(tmp_path):
    done = run('--out', tmp_path / 'body', '--only', 'modes', '--zoom', 0.3)
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (tmp_path / 'body').iterdir()) == ['body_modes.jpg', 'index.html']
    picture = cv2.imread(str(tmp_path / 'body' / 'body_modes.jpg'))
    assert picture.shape[1] > 400 and picture.std() > 10
    page = (tmp_path / 'body' / 'index.html').read_text(encoding='utf-8')
    assert 'body_modes.jpg' in page and 'Collapse and stump' in page and '16/16' in done.stdout


@pytest.mark.parametrize('arguments, message', [
    (('--body', 'no/such/file.npz'), 'does not exist'), (('--zoom', 0), '--zoom'), (('--quality', 101), '--quality'),
    (('--renderer', 'crayon'), 'crayon'), (('--only', 'hats'), 'hats')])
def test_mistakes_are_told_in_one_sentence(tmp_path, arguments, message):
    done = run('--out', tmp_path / 'body', *arguments)
    assert done.returncode == 2 and message in done.stderr and 'Traceback' not in done.stderr
    assert not (tmp_path / 'body').exists()


def test_floor_is_common_and_ends_are_in_the_middle(tools, sheets):
    shot = tools['sheets'].Shot
    tall, small = (shot((), betas=b * np.eye(10)[0]) for b in (2, -2))
    for s in (tall, small):
        feet = sheets.build(s)[0][:, 1].min()
        assert sheets._centre(s, 2.)[1] - feet == pytest.approx(0.95)
    end = shot((), np.array([1., 3, 3, 3]), focus=0)
    elbow = sheets.build(end, intact=True)[1][18]
    assert torch.allclose(torch.from_numpy(sheets._centre(end, 1.)), torch.from_numpy(elbow).double(), atol=1e-6)
