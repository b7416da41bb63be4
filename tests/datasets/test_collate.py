import copy

import pytest
import torch
from mmengine.runner import Runner
from mmengine.structures import BaseDataElement

from ajahr_mm.datasets import A3DDataset, collate_bodies
from ajahr_mm.structures import BodySample

PIPELINE = [dict(type=f'ajahr_mm.datasets.transforms.{t}') for t in ('LoadImage', 'CropBody', 'PackBodyInputs')]


@pytest.fixture
def records(a3d_folder):
    data = A3DDataset(data_root=str(a3d_folder), pipeline=PIPELINE)
    return [data[i] for i in range(3)]


def test_same_values_in_fewer_storages(records):
    batch = collate_bodies(copy.deepcopy(records))
    assert batch['inputs'].shape == (3, 3, 256, 256) and batch['inputs'].dtype == torch.uint8
    for row, record in enumerate(records):
        torch.testing.assert_close(batch['inputs'][row], record['inputs'])
        sample = batch['data_samples'][row]
        assert isinstance(sample, BodySample) and sample.sample_id == record['data_samples'].sample_id
        assert set(sample.gt.keys()) == set(record['data_samples'].gt.keys())
        for name, value in record['data_samples'].gt.items():
            torch.testing.assert_close(sample.gt.get(name), value)
    betas = {sample.gt.betas.untyped_storage().data_ptr() for sample in batch['data_samples']}
    assert len(betas) == 1


def test_samples_that_do_not_fit_together_are_refused(records):
    records[1]['data_samples'].gt = BaseDataElement(betas=torch.zeros(10))
    with pytest.raises(KeyError, match='a3d/1'):
        collate_bodies(records)


def test_found_by_name_in_a_loader_config(a3d_folder):
    loader = Runner.build_dataloader(dict(
        batch_size=2, num_workers=1, collate_fn=dict(type='collate_bodies'),
        sampler=dict(type='ajahr_mm.datasets.RatioSampler', groups='label', ratios={'0': 1, '3': 1}),
        dataset=dict(type='ajahr_mm.datasets.A3DDataset', data_root=str(a3d_folder), pipeline=PIPELINE)), seed=0)
    batch = next(iter(loader))
    assert sorted(sample.sample_id for sample in batch['data_samples']) == ['a3d/0', 'a3d/3']
    assert batch['inputs'].shape == (2, 3, 256, 256)
