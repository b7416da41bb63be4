"""Prints on the chest: drawn as small pictures and read by position."""
import numpy as np

from ajahr_mm.synthesis.appearance.points import Points

_SIDE = 96
WORDS = ('TEAM', 'CITY', 'WAVE', 'NORTH', 'SUN', 'RIVER', 'GO!', 'CLUB', '1998', 'MOON', 'KOI', 'PEAK', 'EAST', 'JAZZ')


class Print:
    """A logo, a word, a block of lines or a number.

    Args:
        kind: 'number', or None for anything but a number.
        center: (x, y) m on the chest; width: m.
    """

    def __init__(self, rng: np.random.Generator, center, width: float, kind: str = None) -> None:
        self.center, self.width = center, width
        kind = kind or str(rng.choice(('word', 'disc', 'lines', 'shape', 'bar')))
        self.back = kind == 'number'
        self._picture = self._draw(rng, kind)

    def __call__(self, points: Points) -> np.ndarray:
        """Coverage (h,w) 0..1 of the print."""
        from scipy.ndimage import map_coordinates
        front = points.normal[..., 2]
        seen = np.clip(front * 4 - .6, 0, 1)
        x = points.x
        if self.back:                                        # also on the back, the right way round
            seen = np.clip(abs(front) * 4 - .6, 0, 1)
            x = np.where(front < 0, -x, x)
        column = ((x - self.center[0]) / self.width + .5) * _SIDE
        row = ((self.center[1] - points.y) / self.width + .5) * _SIDE
        return seen * map_coordinates(self._picture, np.stack([row, column]), order=1, mode='constant', output=np.float32)

    def _draw(self, rng: np.random.Generator, kind: str) -> np.ndarray:
        import cv2
        picture = np.zeros((_SIDE, _SIDE), np.float32)
        middle = (_SIDE // 2, _SIDE // 2)
        text = str(rng.integers(1, 100)) if kind == 'number' else str(rng.choice(WORDS))
        if kind in ('word', 'number'):
            font, weight = cv2.FONT_HERSHEY_DUPLEX, 11 if kind == 'number' else 5
            (width, height), _ = cv2.getTextSize(text, font, 1, weight)
            scale = min(88 / width, 74 / height) * .92
            weight = max(int(weight * min(scale, 1.2)), 2)
            (width, height), _ = cv2.getTextSize(text, font, scale, weight)
            start = (int(_SIDE - width) // 2, int(_SIDE + height) // 2)
            cv2.putText(picture, text, start, font, scale, 1, weight, cv2.LINE_AA)
        elif kind == 'disc':
            cv2.circle(picture, middle, 40, 1, -1, cv2.LINE_AA)
            cv2.circle(picture, middle, int(rng.integers(12, 32)), .25, int(rng.integers(4, 12)), cv2.LINE_AA)
        elif kind == 'lines':
            for row in range(12, _SIDE - 8, int(rng.integers(10, 20))):
                left, right, weight = int(rng.integers(4, 24)), int(rng.integers(66, 92)), int(rng.integers(3, 8))
                cv2.line(picture, (left, row), (right, row), 1, weight)
        elif kind == 'bar':
            cv2.rectangle(picture, (2, 34), (_SIDE - 3, 62), 1, -1)
            cv2.putText(picture, str(rng.choice(WORDS)), (10, 57), cv2.FONT_HERSHEY_DUPLEX, .8, .15, 3, cv2.LINE_AA)
        else:
            count = int(rng.integers(3, 7))
            angle = np.arange(2 * count) * np.pi / count - np.pi / 2
            radius = np.where(np.arange(2 * count) % 2, rng.uniform(16, 34), 44)
            corners = np.stack([np.cos(angle), np.sin(angle)], 1) * radius[:, None] + _SIDE / 2
            cv2.fillPoly(picture, [corners.astype(np.int32)], 1, cv2.LINE_AA)
        return picture
