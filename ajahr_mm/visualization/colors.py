"""One palette for all pictures: the colours of Okabe and Ito (2008), which colour-blind people can tell apart.

Colour never stands alone: left and right, present and absent also differ in shape, dash or word.
"""
from typing import Dict, Tuple

RGB = Tuple[int, int, int]

BLACK: RGB = (0, 0, 0)
WHITE: RGB = (255, 255, 255)
INK: RGB = (32, 36, 44)
PAPER: RGB = (246, 246, 243)
GREY: RGB = (148, 152, 160)
ORANGE: RGB = (230, 159, 0)
SKY: RGB = (86, 180, 233)
GREEN: RGB = (0, 158, 115)
YELLOW: RGB = (240, 228, 66)
BLUE: RGB = (0, 114, 178)
VERMILION: RGB = (213, 94, 0)
PURPLE: RGB = (204, 121, 167)

#: Left and right of the person, and the middle line.
SIDES: Dict[str, RGB] = {'left': SKY, 'right': ORANGE, 'middle': WHITE}
PRESENT, ABSENT = BLUE, VERMILION
#: The rendered body, and the end of a residual limb on it.
BODY: Tuple[float, float, float] = (0.62, 0.74, 0.84)
STUMP: Tuple[float, float, float] = tuple(c / 255 for c in VERMILION)


def side_of(name: str) -> RGB:
    """Colour of a keypoint or limb by its name: ``left_wrist`` -> the left one."""
    return SIDES['left' if 'left' in name else 'right' if 'right' in name else 'middle']
