"""How clothes of the upper body are cut."""
from typing import Dict, NamedTuple, Tuple

_SLEEVELESS, _LONG = -.12, 1.97


class Cut(NamedTuple):
    """How a kind of top is cut; pairs are ranges."""
    sleeve: Tuple[float, float]                  # segments of the arm
    hem: Tuple[float, float] = (.08, .15)        # m below the waist
    neck: Tuple[float, float] = (.11, .135)      # m of ``spread`` in front, see Figure.measure
    loose: Tuple[float, float] = (.2, .7)        # share of the room to a straight fall
    thick: Tuple[float, float] = (.005, .008)    # m
    folds: Tuple[float, float] = (.8, 1.2)       # strength
    collar: str = 'rib'                          # rib, shirt, none, hood, high, band, lapel, trim
    front: str = 'closed'                        # closed, buttons, placket, zip, open
    texture: str = 'jersey'                      # jersey, woven, knit, quilted, denim
    patterned: float = 1.                        # factor on the share of patterned clothes
    printed: float = 0.                          # share with a print on the chest
    cuffs: str = 'hem'                           # hem, rib


KINDS: Dict[str, Cut] = dict(
    tee=Cut((.42, .68), printed=.35),
    long_tee=Cut((1.88, _LONG), printed=.2),
    polo=Cut((.45, .65), collar='shirt', front='placket', patterned=.6),
    shirt=Cut((1.9, _LONG), (.1, .17), (.1, .115), (.25, .7), (.006, .009), (1., 1.3), 'shirt', 'buttons', 'woven'),
    short_shirt=Cut((.5, .75), (.08, .15), (.1, .115), (.3, .8), (.006, .009), (1., 1.3), 'shirt', 'buttons', 'woven', 1.4),
    sweater=Cut((1.9, _LONG), (.06, .13), (.105, .12), (.35, .8), (.011, .016), (.8, 1.1), texture='knit', cuffs='rib'),
    hoodie=Cut((1.9, _LONG), (.06, .13), (.1, .115), (.45, .9), (.013, .019), (1., 1.3), 'hood', printed=.4, patterned=.3,
               cuffs='rib'),
    turtleneck=Cut((1.9, _LONG), (.05, .12), (.06, .07), (.1, .5), (.008, .012), (.6, 1.), 'high', texture='knit',
                   cuffs='rib', patterned=.4),
    tank=Cut((_SLEEVELESS - .04, _SLEEVELESS + .02), (.06, .13), (.16, .2), (.05, .5), (.004, .006), printed=.2,
             patterned=.7),
    sleeveless=Cut((_SLEEVELESS + .03, .05), (.06, .14), (.12, .17), (.1, .5), (.004, .006), collar='none'),
    blouse=Cut((.3, 1.7), (.03, .13), (.13, .19), (.2, .8), (.005, .008), (1., 1.4), 'none', texture='woven', patterned=1.5),
    fitted=Cut((.2, _LONG), (.02, .08), (.13, .19), (0., .15), (.003, .005), (.3, .6), 'none', patterned=.7),
    jersey=Cut((.5, .75), (.1, .16), (.115, .14), (.4, .9), (.006, .009), (.8, 1.2), 'trim', printed=1., patterned=.5),
    tunic=Cut((.5, _LONG), (.16, .21), (.1, .15), (.3, .7), (.006, .009), (1., 1.4), 'none', texture='woven', patterned=1.2),
    kurta=Cut((1.85, _LONG), (.18, .22), (.1, .115), (.35, .8), (.007, .01), (1., 1.4), 'band', 'placket', 'woven', .4),
    jacket=Cut((1.92, _LONG), (.08, .16), (.1, .115), (.6, 1.), (.02, .026), (.9, 1.2), 'shirt', 'open', 'woven', .15,
               cuffs='rib'),
    blazer=Cut((1.9, _LONG), (.12, .2), (.1, .115), (.5, .85), (.014, .018), (.6, .9), 'lapel', 'open', 'woven', .3),
    cardigan=Cut((1.85, _LONG), (.08, .2), (.11, .125), (.4, .8), (.014, .018), (.7, 1.), 'none', 'open', 'knit', .5,
                 cuffs='rib'),
    puffer=Cut((1.92, _LONG), (.06, .13), (.09, .1), (.7, 1.), (.03, .036), (.4, .6), 'high', 'zip', 'quilted', .1),
    denim_jacket=Cut((1.9, _LONG), (.03, .08), (.1, .115), (.5, .8), (.017, .021), (.8, 1.), 'shirt', 'open', 'denim', 0.))

OVER = ('jacket', 'blazer', 'cardigan', 'denim_jacket')      # worn open, over something else
