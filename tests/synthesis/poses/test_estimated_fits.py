import multiprocessing
from pathlib import Path

import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.safe_load import read_image
from ajahr_mm.registry import INFERENCERS
from ajahr_mm.synthesis.poses.estimated_fits import EstimatedFits

CALLS = []


@INFERENCERS.register_module()
class TwoPeople:
    """Finds two people in every picture, of poses that the picture's name decides; reads it to be sure that it can."""

    breaks_at = None

    def __init__(self, weights=None):
        pass

    def __call__(self, path, progress=True):
        assert progress is False
        name = path.rpartition('/')[2]
        CALLS.append(name)
        if name == self.breaks_at:
            raise KeyboardInterrupt
        read_image(path)
        number = int(name[-6:-4])
        return [dict(crop_center=[80, 60], crop_size=90., limbs=None, camera=dict(weak=np.array([.9, .1, k], np.float32)),
                     smpl=dict(global_orient=np.array([np.pi, 0, 0]), body_pose=np.full((23, 3), .01 * number),
                               betas=np.full(10, 7. if number == 3 and k else .5))) for k in (0, 1)]


@pytest.fixture
def folder(tmp_path, picture):
    for i in range(20):
        picture(tmp_path / f'photos/a/photo_{i:02d}.jpg')
    CALLS.clear()
    return tmp_path


def make(folder, **changes):
    config = dict(pictures=str(folder / 'photos'), estimator=dict(type='TwoPeople'), cache=str(folder / 'cache/fits.npz'))
    return EstimatedFits(**{**config, **changes})


def test_people_come_with_pose_place_and_the_shape_of_the_network(folder):
    part = make(folder)
    for i in range(30):
        pose = part.sample(np.random.default_rng(i), 'train')
        number = int(pose.place.picture[-6:-4])
        np.testing.assert_allclose(pose.body_pose, .01 * number, rtol=1e-5)
        np.testing.assert_allclose(pose.place.camera[:2], [.9, .1], rtol=1e-5)
        np.testing.assert_allclose(pose.place.betas, .5)
        assert pose.source == f'estimates by TwoPeople/a/photo_{number:02d}.jpg'
        assert pose.pitch == pytest.approx(0, abs=1e-4)
    assert len(part.rows('train')) + len(part.rows('test')) == 39
    assert any('photo_03' in name and 'shape' in why for name, why in part.skipped.items())


def test_the_network_runs_once_and_only_for_new_pictures(folder, picture):
    make(folder).rows('train')
    assert sorted(CALLS) == [f'photo_{i:02d}.jpg' for i in range(20)]
    CALLS.clear()
    make(folder).rows('train')
    assert not CALLS
    picture(folder / 'photos/a/photo_20.jpg')
    make(folder).rows('train')
    assert CALLS == ['photo_20.jpg']


def test_a_stopped_run_goes_on_where_it_was(folder, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(TwoPeople, 'breaks_at', 'photo_11.jpg')
        with pytest.raises(KeyboardInterrupt):
            make(folder, save_every=5).rows('train')
    CALLS.clear()
    part = make(folder, save_every=5)
    assert len(part.rows('train')) + len(part.rows('test')) == 39
    assert CALLS == [f'photo_{i:02d}.jpg' for i in range(10, 20)]       # only what was not kept


def test_other_settings_or_weights_do_not_take_an_old_cache(folder):
    weights = folder / 'net.pth'
    weights.write_bytes(b'one')
    make(folder, estimator=dict(type='TwoPeople', weights=str(weights))).rows('train')
    CALLS.clear()
    make(folder, estimator=dict(type='TwoPeople', weights=str(weights))).rows('train')
    assert not CALLS
    weights.write_bytes(b'another')
    make(folder, estimator=dict(type='TwoPeople', weights=str(weights))).rows('train')
    assert len(CALLS) == 20


def test_unreadable_pictures_are_named_once_and_not_tried_again(folder):
    (folder / 'photos/a/photo_05.jpg').write_bytes(b'no picture')
    for calls in (20, 0):
        CALLS.clear()
        part = make(folder)
        part.rows('train')
        assert len(CALLS) == calls
        assert [name[-12:] for name, why in part.skipped.items() if 'image' in why] == ['photo_05.jpg']
    with pytest.raises(UserError, match='photo_05'):
        make(folder, strict=True, cache=str(folder / 'other.npz')).rows('train')


def test_a_file_that_is_no_cache_is_not_overwritten(folder):
    np.savez(folder / 'mine.npz', poses=np.zeros(3))
    with pytest.raises(UserError, match='mine.npz is no cache'):
        make(folder, cache=str(folder / 'mine.npz')).rows('train')
    assert np.load(folder / 'mine.npz').files == ['poses']


def test_the_inferencer_of_this_package(tmp_path, picture):
    """A network of a config of this package with random weights: people come back at the crop they were seen in."""
    import torch
    from mmengine.config import Config

    from ajahr_mm.registry import MODELS, register_all
    register_all()
    config = Path(__file__).resolve().parents[3] / 'configs/hmr2/hmr2_tiny_a3d-mini.py'
    torch.manual_seed(0)
    torch.save(dict(state_dict=MODELS.build(Config.fromfile(config).model).state_dict()), tmp_path / 'net.pth')
    for i in range(3):
        picture(tmp_path / f'photos/photo_{i}.png', (90, 60))
    part = make(tmp_path, test_share=0., estimator=dict(
        type='BodyInferencer', model=str(config), weights=str(tmp_path / 'net.pth')))
    place = part.sample(np.random.default_rng(0), 'train').place
    np.testing.assert_allclose(place.center, [45, 30])
    assert place.size >= 90 and place.camera[0] > 0 and np.isfinite(part.reference()).all() and len(part.reference()) == 3


def _open_in_a_process(folder, queue):
    CALLS.clear()
    part = make(folder)
    queue.put((len(CALLS), len(part.rows('train')), len(CALLS)))


def test_processes_that_start_together_run_the_network_once(folder):
    context = multiprocessing.get_context('fork')
    queue = context.Queue()
    workers = [context.Process(target=_open_in_a_process, args=(folder, queue)) for _ in range(3)]
    for worker in workers:
        worker.start()
    told = [queue.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join()
    assert sorted(after for _, _, after in told) == [0, 0, 20] and len({rows for _, rows, _ in told}) == 1
