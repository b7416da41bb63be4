"""collate_bodies: a batch that costs two file descriptors instead of two per sample."""
from typing import Dict, List, Sequence

import torch
from mmengine.registry import FUNCTIONS
from mmengine.structures import BaseDataElement

from ajahr_mm.structures import BodySample


@FUNCTIONS.register_module()
def collate_bodies(batch: Sequence[dict]) -> Dict[str, object]:
    """Packed samples -> ``dict(inputs (B,3,S,S) uint8, data_samples=[BodySample, …])``.

    Like MMEngine's ``pseudo_collate``, but the images are stacked and the ``gt`` fields of all samples are views of
    batched tensors. Loader workers hand over every tensor storage as an open file: with separate ones, 8 workers and
    batches of 64 exceed the usual limit of 1,024 ("Too many open files"), and the main process spends its time
    on receiving them.
    """
    samples: List[BodySample] = [record['data_samples'] for record in batch]
    fields = BodySample.stack(samples, 'gt')
    for row, sample in enumerate(samples):
        sample.gt = BaseDataElement(**{name: values[row] for name, values in fields.items()})
    return dict(inputs=torch.stack([record['inputs'] for record in batch]), data_samples=samples)
