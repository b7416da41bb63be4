import json

import numpy as np
import pytest
import torch
from mmengine.evaluator import Evaluator
from mmengine.structures import BaseDataElement

from ajahr_mm.evaluation import LimbMetric, limb_scores
from ajahr_mm.io.errors import UserError
from ajahr_mm.structures import BodySample


def samples(pred, gt, labelled=None):
    result = []
    for row in range(len(gt)):
        sample = BodySample(metainfo=dict(sample_id=str(row)))
        sample.gt = BaseDataElement(limb_classes=torch.from_numpy(gt[row]),
                                    has_limbs=torch.tensor(1.0 if labelled is None else float(labelled[row])))
        sample.pred = BaseDataElement(limb_classes=torch.from_numpy(pred[row]))
        result.append(sample)
    return result


@pytest.fixture
def classes():
    rng = np.random.default_rng(0)
    return rng.integers(0, 4, (20, 4)), rng.integers(0, 4, (20, 4))


def evaluate(batch, **kwargs):
    evaluator = Evaluator(LimbMetric(**kwargs))
    for start in range(0, len(batch), 6):
        evaluator.process(data_samples=batch[start:start + 6], data_batch=None)
    return evaluator.evaluate(len(batch))


def test_scores_of_all_batches_together(classes):
    expected = limb_scores(*classes)
    confusion = expected.pop('confusion')
    assert evaluate(samples(*classes)) == {f'limb/{name}': value for name, value in expected.items()}
    metrics = evaluate(samples(*classes), confusion=True)
    assert json.loads(json.dumps(metrics))['limb/confusion'] == confusion.tolist()


def test_unlabelled_people_do_not_count(classes):
    labelled = np.arange(20) < 9
    metrics = evaluate(samples(*classes, labelled))
    assert metrics['limb/accuracy'] == limb_scores(classes[0][:9], classes[1][:9])['accuracy']
    with pytest.raises(UserError, match='has_limbs'):
        evaluate(samples(*classes, np.zeros(20)))


def test_a_model_without_classifier_is_told_so(classes):
    batch = samples(*classes)
    batch[3].pred = BaseDataElement()
    with pytest.raises(UserError, match='limb_classifier'):
        evaluate(batch)
