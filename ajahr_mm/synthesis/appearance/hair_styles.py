"""Hair styles, and the line where hair begins."""
from typing import Dict, NamedTuple, Optional, Tuple

import numpy as np

#: the hairline: half turns from the middle of the forehead round to the nape, and m over the eyes
HAIRLINE_AT = np.array([0., .14, .25, .32, .37, .41, .45, .50, .58, .64, .70, .78, 1.])
HAIRLINE = np.array([.063, .065, .060, .040, .012, -.008, .004, .016, .012, -.016, -.036, -.044, -.050])


class Style(NamedTuple):
    """How a style is cut; pairs are ranges."""
    top: Tuple[float, float]                     # m, thickness on the crown
    sides: Tuple[float, float]                   # m
    end: Optional[Tuple[float, float]] = None    # m over the eyes, lowest height of hair that hangs
    curl: Tuple[float, float] = (0., .3)         # 0 straight, 1 frizzy
    dense: float = 1.                            # coverage
    fade: float = 0.                             # how much thinner it grows down the sides
    back: Optional[Tuple[float, float, float]] = None   # bump behind the head: height over the eyes, size, thickness in m
    front: float = 0.                            # m of extra volume over the forehead
    rows: int = 0                                # braided rows round the head
    ball: Optional[Tuple[float, float]] = None   # radius in m of a round shape that the hair fills


STYLES: Dict[str, Style] = dict(
    buzz=Style((.002, .003), (.001, .002), dense=.8, fade=.35),
    short=Style((.010, .016), (.005, .008), fade=.15, front=.006),
    fade=Style((.012, .02), (.002, .003), fade=.7, front=.008),
    side_part=Style((.012, .02), (.006, .009), fade=.1, front=.012),
    quiff=Style((.016, .022), (.004, .006), fade=.4, front=.02),
    curly_short=Style((.018, .028), (.008, .014), curl=(.6, .9), fade=.2),
    afro_short=Style((.014, .022), (.008, .014), curl=(1., 1.), fade=.3),
    afro=Style((.03, .03), (.004, .006), curl=(1., 1.), ball=(.122, .15)),
    balding=Style((.001, .002), (.005, .008), dense=.95),
    cornrows=Style((.006, .009), (.005, .007), rows=11, curl=(.2, .4)),
    pixie=Style((.012, .02), (.008, .012), (-.03, .0), front=.01),
    bob=Style((.014, .022), (.016, .024), (-.125, -.08)),
    long=Style((.012, .02), (.014, .022), (-.38, -.2)),
    wavy=Style((.016, .024), (.02, .03), (-.34, -.16), (.4, .7)),
    curly_long=Style((.026, .036), (.032, .045), (-.26, -.12), (.8, 1.)),
    ponytail=Style((.007, .010), (.006, .008), back=(.035, .045, .035)),
    bun=Style((.007, .010), (.006, .009), back=(.055, .040, .055)),
    low_bun=Style((.008, .012), (.007, .01), back=(-.01, .040, .050)),
    braids=Style((.010, .014), (.010, .014), (-.36, -.2), (.3, .5), rows=15))
