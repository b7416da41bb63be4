"""Left and right, present and absent stay apart for colour-blind eyes."""
import itertools

import numpy as np
import pytest

from ajahr_mm.visualization.colors import ABSENT, PAPER, PRESENT, SIDES, side_of

# Viénot, Brettel and Mollon (1999): what protanopes and deuteranopes see, in linear RGB.
BLIND = {'protan': [[.11238, .88762, 0], [.11238, .88762, 0], [.00401, -.00401, 1]],
         'deutan': [[.29275, .70725, 0], [.29275, .70725, 0], [-.02234, .02234, 1]]}


@pytest.mark.parametrize('kind', BLIND)
@pytest.mark.parametrize('pair', itertools.chain(itertools.combinations(SIDES.values(), 2),
                                                 [(ABSENT, PRESENT), (ABSENT, PAPER), (PRESENT, PAPER)]))
def test_pairs_stay_apart(kind, pair):
    first, second = (np.array(BLIND[kind]) @ (np.array(color) / 255) ** 2.2 for color in pair)
    assert np.linalg.norm(first - second) > 0.15


def test_sides_by_name():
    assert side_of('left_wrist') == SIDES['left'] and side_of('lsp_right_hip') == SIDES['right']
    assert side_of('nose') == SIDES['middle']
