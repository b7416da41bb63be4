"""The visualization hook: which samples are drawn, and where to."""
from types import SimpleNamespace

import torch

from ajahr_mm.engine.visualization_hook import BodyVisualizationHook


class Recorder:
    def __init__(self):
        self.calls = []

    def add_datasample(self, name, image, data_sample, out_file=None, step=0, **kwargs):
        self.calls.append((name, image, data_sample, out_file, step))


def run_visualization(hook, tmp_path, batches=3):
    runner = SimpleNamespace(visualizer=Recorder(), iter=70, log_dir=str(tmp_path / 'stamp'), timestamp='stamp')
    hook.before_val_epoch(runner)
    for batch in range(batches):
        images = [torch.full((3, 4, 6), batch * 4 + i, dtype=torch.uint8) for i in range(4)]
        hook.after_val_iter(runner, batch, dict(inputs=images), [f'sample {batch * 4 + i}' for i in range(4)])
    return runner.visualizer.calls


def test_every_nth_sample_is_drawn_up_to_a_limit(tmp_path):
    calls = run_visualization(BodyVisualizationHook(enable=True, interval=5, out_dir='show'), tmp_path)
    assert [call[2] for call in calls] == ['sample 0', 'sample 5', 'sample 10']
    assert calls[1][1].shape == (4, 6, 3) and (calls[1][1] == 5).all()
    assert calls[1][3] == str(tmp_path / 'stamp/show/val_000005_70.png')
    assert len(run_visualization(BodyVisualizationHook(enable=True, interval=1, max_pictures=2), tmp_path)) == 2


def test_nothing_is_drawn_unless_asked_or_without_pictures(tmp_path):
    assert run_visualization(BodyVisualizationHook(), tmp_path) == []
    hook = BodyVisualizationHook(enable=True)
    hook.after_val_iter(SimpleNamespace(visualizer=None, iter=0), 0, dict(inputs=dict(body_pose=torch.eye(3))), [1])
