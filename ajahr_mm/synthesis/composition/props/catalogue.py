"""All things that can stand before a person, how large they are, where, and how often."""
from typing import Callable, Dict, NamedTuple, Tuple

import numpy as np

from ajahr_mm.synthesis.composition.props import furniture, plants, things


class Thing(NamedTuple):
    """A kind of thing."""
    paint: Callable[..., np.ndarray]   # rng, height px, light, and of long things the width px -> patch (h,w,4) uint8
    size: Tuple[float, float]          # metres, from and to: the height, but of upright things the width
    where: str                         # on the 'floor' before the person, 'raised' on a stand, 'across' the picture's width,
    #                                    'upright' over its height, from a 'side', 'hung' by its top, in the 'air'
    weight: float                      # how often, relative to the others


THINGS: Dict[str, Thing] = dict(
    chair=Thing(furniture.chair, (.85, 1.05), 'floor', 2.), table=Thing(furniture.table, (.7, .8), 'floor', 1.5),
    bench=Thing(furniture.bench, (.75, .9), 'floor', .8), carton=Thing(furniture.carton, (.3, .8), 'floor', 1.2),
    cupboard=Thing(furniture.cupboard, (.6, 1.2), 'floor', 1.2), suitcase=Thing(furniture.suitcase, (.7, 1.), 'floor', 1.),
    wheelchair=Thing(furniture.wheelchair, (.9, 1.), 'floor', .7), plant=Thing(plants.potted, (.5, 1.3), 'floor', 1.3),
    wall=Thing(things.wall, (.4, 1.), 'across', .8), hedge=Thing(plants.hedge, (.5, 1.1), 'across', .5),
    fence=Thing(things.fence, (.6, 1.1), 'across', .6), post=Thing(things.post, (.06, .28), 'upright', 1.6),
    branch=Thing(plants.branch, (.5, 1.), 'side', 1.3), ball=Thing(things.ball, (.18, .4), 'air', .8),
    bag=Thing(things.bag, (.3, .5), 'hung', 1.2), sign=Thing(things.sign, (.3, .6), 'raised', 1.))
