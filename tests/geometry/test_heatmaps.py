import numpy as np
import torch

from ajahr_mm.geometry.heatmaps import gaussian_heatmaps


def test_matches_the_formula():
    points = torch.tensor([[[100.0, 40.0, 1.0], [10.5, 200.25, 0.3]]], dtype=torch.float64)
    maps = gaussian_heatmaps(points, 64, sigma=1.5).numpy()
    y, x = np.mgrid[:64, :64]
    for k, (px, py, _) in enumerate(points[0].numpy()):
        expected = np.exp(-((x - px / 4) ** 2 + (y - py / 4) ** 2) / (2 * 1.5 ** 2))
        np.testing.assert_allclose(maps[0, k], expected, atol=1e-12)


def test_unseen_keypoints_leave_no_blob_in_the_corner():
    maps = gaussian_heatmaps(torch.tensor([[[0.0, 0.0, 0.0], [0.0, 0.0, 1.0]]]), 32)
    assert maps[0, 0].abs().max() == 0 and maps[0, 1].max() == 1
