import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ajahr_mm.synthesis.poses.placed_fits import lean_of


@pytest.mark.parametrize('lean', [-80, -10, 0, 35, 88])
@pytest.mark.parametrize('yaw', [0, 70, 180])
def test_the_lean_is_what_the_body_was_turned_forward_by(lean, yaw):
    """The order of turns is that of the views: the lean first, then about the upright axis, then into camera axes."""
    turned = (Rotation.from_euler('x', 180, degrees=True) * Rotation.from_euler('y', yaw, degrees=True)
              * Rotation.from_euler('x', lean, degrees=True))
    assert lean_of(turned.as_rotvec()) == pytest.approx(lean, abs=1e-6)
    assert np.isfinite(lean_of(np.zeros(3)))
