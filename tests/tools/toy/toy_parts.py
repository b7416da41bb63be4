"""A model, a dataset and a metric of a few lines, registered from outside the package: what the tools run in tests."""
import torch
from mmengine.evaluator import BaseMetric
from mmengine.model import BaseModel
from mmengine.structures import BaseDataElement
from torch.utils.data import Dataset

from ajahr_mm.registry import DATASETS, METRICS, MODELS
from ajahr_mm.structures import BodySample


@DATASETS.register_module()
class ToyDataset(Dataset):
    METAINFO = dict(name='toy')
    metainfo = METAINFO

    def __init__(self, length=16, ann_file='', data_root='', log=None):
        self.length, self.log = length, log

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        if self.log:
            with open(self.log, 'a') as file:
                file.write(f'{index}\n')
        image = torch.full((3, 8, 8), index, dtype=torch.uint8)
        sample = BodySample(metainfo=dict(sample_id=f'toy/{index}', img_path='none'))
        sample.gt = BaseDataElement(target=torch.tensor([index / 10.0]), limb_extent=torch.full((4,), 3.0))
        return dict(inputs=image, data_samples=sample)


@MODELS.register_module()
class ToyModel(BaseModel):
    def __init__(self, width=4, checkpoint=None):
        super().__init__(dict(type='ImgDataPreprocessor', mean=[0.0] * 3, std=[10.0] * 3))
        self.body = torch.nn.Linear(1, width)
        self.head = torch.nn.Linear(width, 1)

    def forward(self, inputs, data_samples=None, mode='tensor'):
        hidden = self.body(inputs[:, 0, 0, :1])
        value = self.head(hidden)
        if mode == 'loss':
            target = BodySample.stack(data_samples)['target']
            return dict(loss=(value - target).abs().mean(), is_bfloat16=torch.tensor(float(hidden.dtype == torch.bfloat16)))
        for sample, item in zip(data_samples, value):
            sample.pred = BaseDataElement(target=item.detach())
        return data_samples


@METRICS.register_module()
class ToyMetric(BaseMetric):
    default_prefix = 'gt_labels'

    def process(self, data_batch, data_samples):
        # The evaluator hands over plain dictionaries.
        self.results += [abs(float(sample['_pred']['target'] - sample['_gt']['target'])) if '_pred' in sample
                         else abs(float(sample['pred']['target'] - sample['gt']['target'])) for sample in data_samples]

    def compute_metrics(self, results):
        return dict(mpjpe=sum(results) / len(results), count=len(results))
