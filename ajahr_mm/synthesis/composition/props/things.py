"""Balls, bags, signs, posts, trunks, walls and fences."""
import numpy as np

from ajahr_mm.synthesis.composition.props.furniture import PAINT, WOOD
from ajahr_mm.synthesis.composition.props.painting import Lit, canvas, colored, grain, line, polygon, polygons

_BALL = ((220, 120, 50), (238, 238, 236), (196, 40, 44), (52, 92, 168), (236, 206, 60), (96, 160, 70))
_STONE = ((176, 168, 156), (132, 126, 120), (206, 200, 190), (158, 92, 72))
_BARK = ((92, 74, 58), (70, 60, 50), (130, 116, 100))
_CLOTH = ((44, 44, 50), (120, 84, 56), (150, 40, 46), (52, 70, 104), (196, 184, 160), (88, 98, 70))


def ball(rng: np.random.Generator, height: float, lit: Lit) -> np.ndarray:
    """A ball, plain or in panels of two colours."""
    import cv2
    side = max(int(height), 4)
    few = min(side, 96)                      # shading is smooth; only the edge needs every pixel
    y, x = ((np.mgrid[:few, :few] - (few - 1) / 2) * (2 / (few - 1))).astype(np.float32)
    depth = np.sqrt(np.maximum(1 - x * x - y * y, 0))
    normals = np.stack([x, -y, depth], -1)
    first, second = colored(rng, _BALL), colored(rng, _BALL + ((30, 30, 32),))
    color = np.broadcast_to(first, normals.shape)
    if rng.random() < .6:
        axes = rng.normal(size=(2, 3))
        turned = normals @ (axes / np.linalg.norm(axes, axis=1, keepdims=True)).T.astype(np.float32)
        panels = turned[..., :1] * turned[..., 1:] > 0 if rng.random() < .5 else abs(turned[..., :1]) < .28
        color = np.where(panels, second, first)
    color = cv2.resize((color * lit(normals)).astype(np.float32), (side, side), interpolation=cv2.INTER_LINEAR)
    patch = canvas(side, side)
    cv2.circle(patch, (side * 8 - 8, side * 8 - 8), side * 8 - 12, (255, 255, 255, 255), -1, cv2.LINE_AA, 4)
    color = cv2.merge((*cv2.split(color), np.full((side, side), 255, np.float32)))
    return cv2.multiply(patch, color, scale=1 / 255, dtype=cv2.CV_8U)


def bag(rng: np.random.Generator, height: float, lit: Lit) -> np.ndarray:
    """A bag or rucksack with a flap and straps."""
    width = height * rng.uniform(.6, .95)
    patch, color, top = canvas(height, width), colored(rng, _CLOTH), height * rng.uniform(.22, .34)
    middle, half = width / 2, width / 2 - 2
    arc = np.linspace(np.pi, 2 * np.pi, 12)
    handle = np.stack([middle + half * .45 * np.cos(arc), top + top * .85 * np.sin(arc)], -1)
    line(patch, handle, color * .6, max(height / 24, 1))
    edges = np.linspace(-1, 1, 9)
    left, right = edges[:-1], edges[1:]      # upright strips of a belly that bulges forwards
    around = (left + right) * .4
    across = middle + half * np.stack([left * .9, right * .9, right, left], 1) + [0, 1, 1, 0]
    down = np.stack([top + height * .06 * around ** 4] * 2 + [np.full(8, height - 2)] * 2, 1)
    shades = lit(np.stack([around, np.full(8, .1), np.sqrt(1 - around ** 2)], -1))
    polygons(patch, np.stack([across, down], -1), color * shades)
    flap = top + (height - top) * rng.uniform(.25, .5)
    rim = [[middle + half * .88, flap], [middle, flap + height * .05], [middle - half * .88, flap]]
    polygon(patch, [[middle - half * .92, top], [middle + half * .92, top], *rim], color * lit(np.array([0, .4, .9])) * 1.1)
    line(patch, rim, color * .45, 1)
    return grain(patch, rng, 'cloth')


def sign(rng: np.random.Generator, height: float, lit: Lit) -> np.ndarray:
    """A board with a frame and lines of something like writing, on a post; it fills the upper third."""
    total, height = height, max(height * rng.uniform(.28, .38), 3)
    width = height * rng.uniform(.7, 1.4)
    patch, tone = canvas(total, width), lit(np.array([rng.normal() * .3, .05, .9]))
    line(patch, [[width / 2, 2], [width / 2, total]], colored(rng, PAINT[1:3]) * tone, max(total / 40, 1))
    color = colored(rng, PAINT + _BALL)
    ink = colored(rng, ((30, 30, 34), (120, 24, 28)) if color.mean() > 120 else ((240, 240, 238), (236, 206, 60)))
    slant = rng.normal() * .06 * height
    corners = np.array([[1, 1 + max(slant, 0)], [width - 2, 1 + max(-slant, 0)], [width - 2, height - 2], [1, height - 2]])
    polygon(patch, corners, ink * tone)
    middle = corners.mean(0)
    polygon(patch, middle + (corners - middle) * .92, color * tone)
    rows = int(rng.integers(2, 6))
    for y in np.linspace(-.26, .26, rows) * height + middle[1]:
        reach = rng.uniform(.15, .36) * width
        line(patch, [[middle[0] - reach, y], [middle[0] + reach, y]], ink * tone, max(height / 9 / rows * 2, 1))
    return patch


def post(rng: np.random.Generator, height: float, lit: Lit, width: float) -> np.ndarray:
    """A round post or trunk over the whole ``height``."""
    patch, bark = canvas(height, width + 3), rng.random() < .5
    color, lean = colored(rng, _BARK if bark else PAINT), rng.normal() * .02 * height
    across = np.linspace(-1, 1, 13)
    middles = (across[:-1] + across[1:]) / 2
    shades = lit(np.stack([middles, np.zeros(12), np.sqrt(1 - middles ** 2)], -1))
    start, lean = 1.5 + np.arange(13) * width / 12, float(np.clip(lean, -width / 3, width / 3))
    above, below = start + max(lean, 0), start + max(-lean, 0)
    outlines = np.stack([np.stack([above[:-1], above[1:] + 1, below[1:] + 1, below[:-1]], 1),
                         np.tile([-2, -2, height + 2, height + 2], (12, 1))], -1)
    polygons(patch, outlines, color * shades)
    return grain(patch, rng, 'wood' if bark else 'rough')


def wall(rng: np.random.Generator, height: float, lit: Lit, width: float) -> np.ndarray:
    """A low wall of plaster or stones, with its top seen from above."""
    patch, color = canvas(height, width), colored(rng, _STONE + PAINT[:1])
    cap = max(height * rng.uniform(.05, .14), 3)
    front, top = lit(np.array([[0, 0, 1.], [0, .95, .3]]))
    polygon(patch, [[-2, cap], [width + 2, cap], [width + 2, height + 2], [-2, height + 2]], color * front)
    if rng.random() < .6:
        course = max(height * rng.uniform(.12, .24), 6)
        joint = color * front * .72
        for row, y in enumerate(np.arange(cap, height, course)):
            line(patch, [[0, y], [width, y]], joint, max(course / 14, 1))
            for x in np.arange(row % 2 * course, width, course * 2.1):
                line(patch, [[x, y], [x, y + course]], joint, max(course / 16, 1))
    polygon(patch, [[-2, 0], [width + 2, 0], [width + 2, cap], [-2, cap]], color * top * 1.08)
    line(patch, [[0, cap], [width, cap]], color * front * .6, max(height / 90, 1))
    return grain(patch, rng, 'rough')


def fence(rng: np.random.Generator, height: float, lit: Lit, width: float) -> np.ndarray:
    """Upright boards with gaps, on two rails."""
    patch, color = canvas(height, width), colored(rng, WOOD + PAINT[:2])
    front, board = lit(np.array([0, 0, 1.])), max(height * rng.uniform(.1, .18), 6)
    for y in (height * .3, height * .8):
        line(patch, [[0, y], [width, y]], color * front * .6, board * .4)
    point = board * rng.choice((0., .4))
    for x in np.arange(-board * rng.random(), width, board * rng.uniform(1.15, 1.6)):
        tone = color * front * np.exp(rng.normal() * .06)
        foot = [[x + board, height + 2], [x, height + 2]]
        polygon(patch, [[x, point + 1], [x + board / 2, 1], [x + board, point + 1], *foot], tone)
        line(patch, [[x + board, point + 1], [x + board, height]], tone * .6, 1)
    return grain(patch, rng, 'wood')
