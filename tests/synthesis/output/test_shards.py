import numpy as np

from ajahr_mm.synthesis.output import shards, tables
from ajahr_mm.synthesis.output.shards import Shard


def test_plan_covers_every_picture_once():
    plan = shards.plan(dict(train=105, test=20), 50)
    assert [(s.split, s.start, s.stop) for s in plan] == [
        ('train', 0, 50), ('train', 50, 100), ('train', 100, 105), ('test', 0, 20)]


def test_a_shard_is_pending_until_its_table_or_that_of_its_split_is_there(tmp_path):
    plan = shards.plan(dict(train=30, test=10), 10)
    assert shards.pending(plan, tmp_path) == plan
    tables.save_columns(plan[1].table(tmp_path), dict(x=np.zeros(3)))
    assert shards.pending(plan, tmp_path) == [plan[0], plan[2], plan[3]]
    tables.save_columns(tmp_path / 'table_train.npz', dict(x=np.zeros(3)))
    assert shards.pending(plan, tmp_path) == [Shard('test', 0, 10)]
