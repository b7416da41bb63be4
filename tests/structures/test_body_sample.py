import pytest
import torch
from mmengine.structures import BaseDataElement

from ajahr_mm.structures import BodySample


def sample(value: float, **more) -> BodySample:
    made = BodySample(metainfo=dict(sample_id=str(value), img_shape=(10, 20)))
    made.gt = BaseDataElement(betas=torch.full((10,), value), **more)
    return made


def test_stack_batches_every_field():
    batch = BodySample.stack([sample(0.0), sample(1.0)])
    assert batch['betas'].shape == (2, 10) and batch['betas'][1].eq(1).all()


def test_moves_like_any_data_element():
    assert sample(1.0).to(torch.float64).gt.betas.dtype == torch.float64
    assert sample(1.0).to_dict()['gt']['betas'].shape == (10,)


def test_only_data_elements_fit():
    with pytest.raises(AssertionError):
        BodySample().gt = torch.zeros(3)


def test_uneven_samples_are_named():
    with pytest.raises(KeyError, match='limb_extent'):
        BodySample.stack([sample(0.0), sample(1.0, limb_extent=torch.ones(4))])
