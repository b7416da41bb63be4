import numpy as np
import pytest
import torch
from mmengine.evaluator import Evaluator
from mmengine.structures import BaseDataElement

from ajahr_mm.evaluation import PoseReconMetric
from ajahr_mm.io.errors import UserError
from ajahr_mm.structures import BodySample


def test_means_in_millimetres_without_alignment():
    rng = np.random.default_rng(0)
    joints, vertices = rng.normal(size=(2, 5, 24, 3)), rng.normal(size=(2, 5, 30, 3))
    samples = []
    for row in range(5):
        sample = BodySample()
        sample.pred, sample.gt = (BaseDataElement(joints=torch.from_numpy(joints[part, row]),
                                                  vertices=torch.from_numpy(vertices[part, row])) for part in (0, 1))
        samples.append(sample)
    evaluator = Evaluator(PoseReconMetric())
    evaluator.process(data_samples=samples[:3], data_batch=None)
    evaluator.process(data_samples=samples[3:], data_batch=None)
    metrics = evaluator.evaluate(5)
    assert metrics['recon/mve'] == pytest.approx(1000 * np.linalg.norm(vertices[0] - vertices[1], axis=-1).mean())
    tokens = joints[:, :, 1:22]  # neither the root nor the two hands
    assert metrics['recon/mpjpe'] == pytest.approx(1000 * np.linalg.norm(tokens[0] - tokens[1], axis=-1).mean())


def test_nothing_to_measure():
    with pytest.raises(UserError, match='no pose'):
        PoseReconMetric().compute_metrics([])
