"""Dumped predictions: plain columns, whole or absent."""
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmengine.structures import BaseDataElement

from ajahr_mm.engine import dump_hook
from ajahr_mm.engine.dump_hook import DumpPredictionsHook
from ajahr_mm.io.errors import UserError
from ajahr_mm.structures import BodySample


def sample(index):
    item = BodySample(metainfo=dict(sample_id=f'a3d/{index}', img_path=f'{index}.jpg', center=np.array([index, 2.0])))
    item.gt = BaseDataElement(limb_extent=torch.full((4,), float(index)), betas=torch.zeros(10))
    item.pred = BaseDataElement(body_pose=torch.full((23, 3, 3), index, dtype=torch.bfloat16),
                                limb_classes=torch.tensor([0, 1, 2, 3]))
    return item


def runner(length):
    return SimpleNamespace(test_dataloader=SimpleNamespace(dataset=range(length)))


def test_columns_hold_what_was_predicted(tmp_path):
    hook = DumpPredictionsHook(tmp_path / 'out' / 'pred.npz')
    hook.before_test_epoch(None)
    hook.after_test_iter(None, 0, outputs=[sample(0), sample(1)])
    hook.after_test_iter(None, 1, outputs=[sample(2)])
    hook.after_test_epoch(runner(3))
    with np.load(tmp_path / 'out' / 'pred.npz', allow_pickle=False) as columns:
        assert set(columns.files) == {'sample_id', 'img_path', 'center', 'pred_body_pose', 'pred_limb_classes',
                                      'gt_limb_extent'}
        assert columns['sample_id'].tolist() == ['a3d/0', 'a3d/1', 'a3d/2']
        assert columns['pred_body_pose'].dtype == np.float32
        assert columns['pred_body_pose'][:, 0, 0, 0].tolist() == [0, 1, 2]
        assert columns['gt_limb_extent'][2].tolist() == [2, 2, 2, 2]
    assert [path.name for path in (tmp_path / 'out').iterdir()] == ['pred.npz']


def test_samples_of_several_processes_are_put_back_in_order(tmp_path, monkeypatch):
    # Two ranks take turns; five samples make the second rank repeat the first one.
    def rows(*indices):
        return [dict(sample_id=np.asarray(str(index))) for index in indices]
    monkeypatch.setattr(dump_hook, 'all_gather_object', lambda own: [rows(0, 2, 4), rows(1, 3, 0)])
    DumpPredictionsHook(tmp_path / 'pred.npz').after_test_epoch(runner(5))
    assert np.load(tmp_path / 'pred.npz')['sample_id'].tolist() == ['0', '1', '2', '3', '4']


def test_what_cannot_be_dumped_is_refused(tmp_path):
    with pytest.raises(UserError, match='preds.pkl has another ending'):
        DumpPredictionsHook(tmp_path / 'preds.pkl')
    with pytest.raises(UserError, match='BodySamples, not dict'):
        DumpPredictionsHook(tmp_path / 'preds.npz').after_test_iter(None, 0, outputs=[dict()])
    assert not list(tmp_path.iterdir())
