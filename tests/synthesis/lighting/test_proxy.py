import numpy as np
import pytest

from ajahr_mm.synthesis.lighting.proxy import Proxy, far_apart


@pytest.fixture(scope='module')
def proxy(surface):
    return Proxy(surface, 500)


def test_points_keep_their_distance(surface, proxy):
    from scipy.spatial import cKDTree
    assert len(set(proxy.index.tolist())) == 500
    gap = cKDTree(surface.rest[proxy.index]).query(surface.rest[proxy.index], k=2)[0][:, 1].min()
    hole = cKDTree(surface.rest[proxy.index]).query(surface.rest)[0].max()
    assert gap > .9 * hole > .02
    np.testing.assert_array_equal(far_apart(np.array([[0, 0, 0], [1., 0, 0], [4, 0, 0]]), 3), [0, 2, 1])


def test_spreading_keeps_constants_and_nearly_keeps_smooth_fields(surface, proxy):
    np.testing.assert_allclose(proxy.spread @ np.ones(500, np.float32), 1, atol=1e-5)
    height = surface.rest[:, 1]
    assert np.abs(proxy.spread @ height[proxy.index] - height).mean() < .015


def test_one_leg_says_little_about_the_other(surface, proxy):
    """Though the thighs nearly touch in the rest pose."""
    left = (surface.limb == 2).astype(np.float32)
    spread = proxy.spread @ left[proxy.index]
    thigh = (surface.limb == 3) & (surface.along > .2)
    assert spread[thigh].mean() < .01 and spread[(surface.limb == 2) & (surface.along > .2)].mean() > .97


def test_smoothing_is_a_mean_over_neighbours(surface, proxy):
    np.testing.assert_allclose(proxy.smooth @ np.ones(len(surface.rest), np.float32), 1, atol=1e-5)
    vertex = 100
    ring = set(surface.faces[(surface.faces == vertex).any(1)].ravel().tolist())
    row = proxy.smooth[vertex]
    assert set(row.indices.tolist()) == ring
    np.testing.assert_allclose(row.data, 1 / len(ring), rtol=1e-5)
