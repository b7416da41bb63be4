"""Stacking and normalisation."""
import numpy as np
import pytest
import torch

from ajahr_mm.io.errors import UserError
from ajahr_mm.models import BodyPreprocessor, PosePreprocessor


def test_images_are_normalised_as_numpy_does_it():
    images = [torch.randint(0, 256, (3, 8, 8), dtype=torch.uint8) for _ in range(2)]
    out = BodyPreprocessor()(dict(inputs=images, data_samples=['a', 'b']))
    expected = (np.stack([image.numpy() for image in images]) / 255 - np.reshape([0.485, 0.456, 0.406], (3, 1, 1))
                ) / np.reshape([0.229, 0.224, 0.225], (3, 1, 1))
    np.testing.assert_allclose(out['inputs'].numpy(), expected, atol=1e-5)
    assert out['data_samples'] == ['a', 'b']
    batched = BodyPreprocessor()(dict(inputs=torch.stack(images)))
    assert torch.equal(batched['inputs'], out['inputs']) and batched['data_samples'] is None


@pytest.mark.parametrize('images, word', [
    ([torch.zeros(3, 8, 8), torch.zeros(3, 8, 9)], 'differ in shape'),
    ([torch.zeros(1, 8, 8)], r'\(B,3,H,W\)')])
def test_images_that_are_no_batch_are_refused(images, word):
    with pytest.raises(UserError, match=word):
        BodyPreprocessor()(dict(inputs=images))


def test_buffers_stay_out_of_checkpoints():
    assert not BodyPreprocessor().state_dict()


def test_poses_are_stacked_from_both_ways_of_collating():
    records = [dict(body_pose=torch.full((21, 3, 3), float(i)), limb_extent=torch.ones(4)) for i in range(3)]
    lists = {name: [record[name] for record in records] for name in records[0]}
    for inputs in (records, lists):
        out = PosePreprocessor()(dict(inputs=inputs))['inputs']
        assert out['body_pose'].shape == (3, 21, 3, 3) and out['body_pose'][2].eq(2).all()
        assert out['limb_extent'].shape == (3, 4)
