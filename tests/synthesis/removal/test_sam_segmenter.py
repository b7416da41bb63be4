"""SAM and SAM 2 with random weights: the road is tested, not the eye."""
import numpy as np
import pytest
import torch

from ajahr_mm.synthesis.removal.prompts import edge_points
from ajahr_mm.synthesis.removal.sam_segmenter import SAMSegmenter

BOXES = np.array([[10., 10, 50, 80], [30, 5, 100, 85], [60, 40, 110, 88]])


@pytest.fixture(scope='module', params=['sam', 'sam2'])
def folder(request):
    return request.getfixturevalue(f'{request.param}_folder')


@pytest.fixture(scope='module')
def image():
    return np.random.default_rng(0).integers(0, 255, (90, 120, 3), np.uint8)


def test_masks_have_the_size_of_the_picture_and_everybody_is_in_the_union(folder, image):
    masks = [*SAMSegmenter(folder).masks(image, BOXES)]
    assert len(masks) == 3 and all(mask.shape == (90, 120) and mask.dtype == bool for mask in masks)
    np.testing.assert_array_equal(SAMSegmenter(folder, dilate=0)(image, BOXES), np.any(masks, axis=0))


def test_people_have_answers_of_their_own_that_do_not_depend_on_the_batch(folder, image, monkeypatch):
    answers = {}
    for batch in (8, 1):
        segmenter, seen = SAMSegmenter(folder, batch=batch), answers.setdefault(batch, [])
        monkeypatch.setattr(segmenter, '_full_size', lambda chosen, sizes: seen.append(chosen[0]) or iter(()))
        [*segmenter.masks(image, BOXES)]
    together, alone = (torch.cat(answers[batch]) for batch in (8, 1))
    torch.testing.assert_close(together, alone, rtol=1e-3, atol=1e-6)
    assert (together[0] - together[1]).abs().max() > 10 * (together - alone).abs().max()


def test_of_three_masks_the_one_with_the_highest_score_counts(folder, image, monkeypatch):
    segmenter = SAMSegmenter(folder)
    network, seen = segmenter.network.forward, []

    def forward(*args, **kwargs):
        answer = network(*args, **kwargs)
        seen.append((kwargs, answer))
        answer.iou_scores = torch.tensor([[[0., 1, 0], [0, 0, 1], [1, 0, 0]]])
        for number in range(3):  # mask k is there in the left (0), the top (1), or everywhere (2)
            answer.pred_masks[:, :, number] = -5
        answer.pred_masks[:, :, 0, :, :4], answer.pred_masks[:, :, 1, :4], answer.pred_masks[:, :, 2] = 5, 5, 5
        return answer
    monkeypatch.setattr(segmenter.network, 'forward', forward)
    top, all_, left = segmenter.masks(image, BOXES)
    assert all_.all() and top[0].all() and not top[-1].any() and left[:, 0].all() and not left[:, -1].any()
    assert len(seen) == 1


def test_prompts_are_the_four_edge_points_and_the_box_in_the_networks_scale(folder, image, monkeypatch):
    for with_box in (True, False):
        segmenter = SAMSegmenter(folder, with_box=with_box)
        network, seen = segmenter.network.forward, []
        monkeypatch.setattr(segmenter.network, 'forward', lambda **given: seen.append(given) or network(**given))
        [*segmenter.masks(image, BOXES)]
        scale = 64 / 120 if segmenter.kind == 'sam' else np.array([64 / 120, 64 / 90])
        points = seen[0]['input_points'].numpy()
        np.testing.assert_allclose(points[0], edge_points(BOXES, .08) * scale, atol=.5)
        assert seen[0]['input_labels'].shape == (1, 3, 4) and (seen[0]['input_labels'] == 1).all()
        assert (seen[0].get('input_boxes') is not None) == with_box
        if with_box:
            corners = seen[0]['input_boxes'][0].numpy().reshape(3, 2, 2)
            np.testing.assert_allclose(corners, BOXES.reshape(3, 2, 2) * scale, atol=.5)


def test_the_picture_is_looked_at_once(folder, image, monkeypatch):
    segmenter = SAMSegmenter(folder, batch=1)
    look, looks = segmenter.network.get_image_embeddings, []
    monkeypatch.setattr(segmenter.network, 'get_image_embeddings', lambda pixels: looks.append(1) or look(pixels))
    assert len([*segmenter.masks(image, BOXES)]) == 3 and len(looks) == 1
