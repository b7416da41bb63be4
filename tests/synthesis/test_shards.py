import numpy as np
import pytest

from ajahr_mm.synthesis import annotation, shards
from ajahr_mm.synthesis.shards import Shard


def test_plan_covers_every_picture_once():
    plan = shards.plan(dict(train=105, test=20), 50)
    assert [(s.split, s.start, s.stop) for s in plan] == [
        ('train', 0, 50), ('train', 50, 100), ('train', 100, 105), ('test', 0, 20)]


def test_written_shards_are_no_longer_pending_and_merge_in_order(tmp_path, samples):
    plan = [Shard('train', 0, 20), Shard('train', 20, 30)]
    shards.write(plan[1], samples[20:], tmp_path)
    assert shards.pending(plan, tmp_path) == [plan[0]]
    shards.write(plan[0], samples[:20], tmp_path)
    assert shards.pending(plan, tmp_path) == []
    (tmp_path / 'train' / '.shards' / '.0000000-torn.npz').write_bytes(b'')          # left by a killed run
    shards.merge(plan, 'train', tmp_path)
    with np.load(tmp_path / 'train' / 'annotations.npz', allow_pickle=False) as table:
        assert table['image'].tolist() == [f'images/{i:06d}.jpg' for i in range(30)]
        np.testing.assert_array_equal(table['betas'], [sample.row['betas'] for sample in samples])
    assert sorted(path.name for path in (tmp_path / 'train').iterdir()) == ['annotations.npz', 'images']
    assert shards.pending(plan, tmp_path) == []
    for sample in samples:
        assert (tmp_path / 'train' / sample.row['image']).read_bytes() == sample.jpeg


def test_a_shard_without_its_pictures_is_never_declared_finished(tmp_path, samples, monkeypatch):
    def full_disk(*_):
        raise OSError(28, 'No space left on device')
    monkeypatch.setattr(shards.os, 'replace', full_disk)
    shard = Shard('train', 0, 30)
    with pytest.raises(OSError):
        shards.write(shard, samples, tmp_path)
    assert shards.pending([shard], tmp_path) == [shard]
    assert list((tmp_path / 'train' / 'images').iterdir()) == []


def test_tables_hold_no_pickle_and_have_no_clock_in_them(tmp_path):
    rows = {name: np.zeros((2, *shape), kind if kind != 'U' else 'U3') for name, (shape, kind) in annotation.COLUMNS.items()}
    shards.save_columns(tmp_path / 'a.npz', rows)
    shards.save_columns(tmp_path / 'b.npz', rows)
    assert (tmp_path / 'a.npz').read_bytes() == (tmp_path / 'b.npz').read_bytes()
    with np.load(tmp_path / 'a.npz', allow_pickle=False) as loaded:
        assert set(loaded) == set(rows)
