"""Where residual limbs end: the places to mark on a body."""
from typing import List, Sequence, Tuple

import numpy as np

from ajahr_mm.anatomy import limbs
from ajahr_mm.visualization.colors import BODY, STUMP

#: How far the mark reaches on the surface, metres, for arms (False) and legs (True).
_REACH = {False: 0.07, True: 0.11}


def stump_sites(joints: np.ndarray, extent: Sequence[float], amputation: str = 'collapse') -> List[Tuple[int, np.ndarray]]:
    """Joints (24,3) of the body with all its limbs, extents (4,) -> (limb, end point (3,)) of each shortened limb.

    Collapsed limbs end at the joint nearest to the trunk that is lost, stumps at the extent itself. A hand or foot is
    taken to reach from its joint at 2 to its tip at 3.
    """
    sites = []
    for limb, reach in enumerate(np.asarray(extent, float)):
        if reach >= limbs.INTACT_EXTENT:
            continue
        end = reach if amputation == 'stump' else np.floor(reach)
        chain = joints[list(limbs.CHAINS[limb])]
        along = np.array(limbs.JOINT_POSITION)
        sites.append((limb, np.array([np.interp(end, along, chain[:, axis]) for axis in range(3)])))
    return sites


def body_colors(vertices: np.ndarray, sites: Sequence[Tuple[int, np.ndarray]]) -> np.ndarray:
    """Colours (V,3) sRGB 0..1 of a body: plain, turning to the mark's colour around the ends of residual limbs."""
    colors = np.tile(np.array(BODY, np.float32), (len(vertices), 1))
    for limb, end in sites:
        distance = np.linalg.norm(vertices - end, axis=1) / _REACH[limbs.LIMBS[limb].endswith('leg')]
        weight = np.clip(1.5 * (1 - distance), 0, 1)[:, None].astype(np.float32)
        colors = (1 - weight) * colors + weight * np.array(STUMP, np.float32)
    return colors
