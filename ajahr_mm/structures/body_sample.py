"""BodySample: one person in one crop, with what is known and what is predicted about them."""
from typing import Dict, Sequence

import torch
from mmengine.structures import BaseDataElement


class BodySample(BaseDataElement):
    """One person. ``gt`` and ``pred`` hold tensors, the metainfo says where the crop comes from.

    Metainfo: ``img_path``, ``sample_id``, ``img_shape`` (H, W) of the full image, ``center`` (2,) and ``size`` of the
    square box in full-image px, ``rotation`` in degrees, ``flip``, ``crop_size``, ``affine`` (2,3) full image -> crop;
    ``focal`` px of the full image, where it is known.

    ``gt``: ``global_orient`` (3,3), ``body_pose`` (23,3,3) as it was before any limb was zeroed, ``betas`` (10,),
    ``has_pose`` (), ``has_betas`` (), ``keypoints_2d`` (44,3) crop px and confidence (missing or unseen: 0,0,0),
    ``keypoints_3d`` (44,4) metres in camera axes and confidence, ``has_limbs`` (), ``limb_extent`` (4,),
    ``limb_classes`` (4,) int64, ``input_keypoints`` (12,3) crop px and confidence, as a detector gives them.

    ``pred``: ``global_orient`` (3,3), ``body_pose`` (23,3,3) never zeroed, ``betas`` (10,), ``camera`` (3,) s,tx,ty;
    with a limb classifier also ``limb_probs`` (4,4), ``limb_classes`` (4,) int64, ``limb_extent`` (4,); from networks that
    know the photograph's camera (CLIFF) also ``translation`` (3,) m and ``focal`` () px of it.
    """

    @property
    def gt(self) -> BaseDataElement:
        return self._gt

    @gt.setter
    def gt(self, value: BaseDataElement) -> None:
        self.set_field(value, '_gt', dtype=BaseDataElement)

    @property
    def pred(self) -> BaseDataElement:
        return self._pred

    @pred.setter
    def pred(self, value: BaseDataElement) -> None:
        self.set_field(value, '_pred', dtype=BaseDataElement)

    @staticmethod
    def stack(samples: Sequence['BodySample'], part: str = 'gt') -> Dict[str, torch.Tensor]:
        """Batches one part of many samples: every tensor field becomes (B, …).

        Raises:
            KeyError: a field is missing in some sample of the batch.
        """
        parts = [getattr(sample, part) for sample in samples]
        fields = parts[0].keys()
        for sample, element in zip(samples, parts):
            if set(element.keys()) != set(fields):
                raise KeyError(f'sample {sample.get("sample_id")} has other `{part}` fields than the rest of its batch: '
                               f'{sorted(set(element.keys()) ^ set(fields))}')
        return {name: torch.stack([element.get(name) for element in parts]) for name in fields}
