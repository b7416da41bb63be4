"""Plants: in a pot, as a hedge, or as a branch that hangs into the picture."""
import numpy as np

from ajahr_mm.synthesis.composition.props.painting import Lit, canvas, colored, grain, line, polygon, polygons

GREEN = ((62, 96, 44), (88, 120, 52), (48, 78, 50), (110, 128, 60), (40, 66, 38))
_POT = ((166, 92, 62), (216, 212, 204), (60, 62, 64), (120, 84, 58))
# half a leaf along x from 0 to 1, and its mirror image
_SHAPE = np.array([[0, 0], [.2, .5], [.45, .8], [.7, .7], [1, 0], [.7, -.7], [.45, -.8], [.2, -.5]])


def _leaves(patch: np.ndarray, rng: np.random.Generator, lit: Lit, at: np.ndarray, angle: np.ndarray, length: np.ndarray,
            slim: float, color: np.ndarray) -> None:
    """Leaves from ``at`` (N,2) px at ``angle`` (N,) of ``length`` (N,) px; later ones lie over earlier ones."""
    normals = rng.normal(size=(len(at), 3)) * [.7, .5, .3] + [0, .5, .7]
    shade = lit(normals / np.linalg.norm(normals, axis=1, keepdims=True))
    # those below lie in the shade of those above
    shade *= np.linspace(.55, 1.1, len(at))[:, None]
    cos, sin, length = np.cos(angle)[:, None], np.sin(angle)[:, None], length[:, None]
    along, across = _SHAPE[:, 0] * length, _SHAPE[:, 1] * length * slim
    outlines = np.stack([along * cos - across * sin, along * sin + across * cos], -1) + at[:, None]
    paint = color * shade * np.exp(rng.normal(size=(len(at), 1)) * .12)
    polygons(patch, outlines, paint)


def potted(rng: np.random.Generator, height: float, lit: Lit) -> np.ndarray:
    """A plant in a pot."""
    width = height * rng.uniform(.5, .9)
    patch, middle = canvas(height, width), width / 2
    count, top = int(rng.integers(26, 48)), height * .75
    rise = np.sort(rng.uniform(0, 1, count))
    angle = -np.pi / 2 + rng.normal(size=count) * .9
    stem = np.stack([middle + rng.normal(size=count) * width * .06, top - rise * height * .45], -1)
    length = rng.uniform(.18, .34, count) * min(height, width * 1.3)
    _leaves(patch, rng, lit, stem, angle, length, rng.uniform(.16, .4), colored(rng, GREEN))
    wide, foot, pot = width * rng.uniform(.22, .3), width * rng.uniform(.15, .2), colored(rng, _POT)
    edges = np.linspace(-1, 1, 7)
    left, right = edges[:-1], edges[1:]
    around = (left + right) / 2
    tones = pot * lit(np.stack([around, np.zeros(6), np.sqrt(1 - around ** 2)], -1))
    across = np.stack([left * wide, right * wide + 1, right * foot + 1, left * foot], 1) + middle
    polygons(patch, np.stack([across, np.tile([top, top, height - 1, height - 1], (6, 1))], -1), tones)
    line(patch, [[middle - wide, top], [middle + wide, top]], pot * lit(np.array([0, .7, .7])), height / 60)
    return patch


def hedge(rng: np.random.Generator, height: float, lit: Lit, width: float) -> np.ndarray:
    """Dense leaves, ``width`` px wide, uneven at the top."""
    patch, color = canvas(height, width), colored(rng, GREEN)
    length = min(max(height * rng.uniform(.12, .22), 8), 30)
    count = int(min(60 + 4 * width * height / length ** 2, 260))
    inside = color * lit(np.array([0, 0, 1.])) * .5
    polygon(patch, [[0, 2 * length], [width, 2 * length], [width, height], [0, height]], inside)
    # a third of them along the top, so that no straight edge shows
    down = rng.uniform(length, height + length, count)
    down[:count // 3] = rng.uniform(.7, 2.2, count // 3) * length
    at = np.stack([rng.uniform(-length, width, count), down], -1)
    at = at[np.argsort(-at[:, 1] + rng.normal(size=count) * length * 2, kind='stable')]
    angle, length = rng.uniform(-np.pi, 0, count), length * rng.uniform(.7, 1.3, count)
    _leaves(patch, rng, lit, at, angle, length, rng.uniform(.3, .5), color)
    return grain(patch, rng, 'rough')


def branch(rng: np.random.Generator, height: float, lit: Lit) -> np.ndarray:
    """A twig with leaves that comes from the left; it is as long as the patch is high."""
    patch, color = canvas(height, height), colored(rng, GREEN)
    start, end = np.array([-2, height * rng.uniform(.2, .5)]), np.array([height * .85, height * rng.uniform(.35, .75)])
    share = np.linspace(0, 1, 9)[:, None]
    twig = start + (end - start) * share + np.stack([np.zeros(9), np.sin(share[:, 0] * 3) * height * rng.normal() * .08], -1)
    line(patch, twig, np.float32([84, 64, 46]) * lit(np.array([0, .5, .8])), max(height / 50, 1))
    count = int(rng.integers(22, 44))
    at = twig[rng.integers(1, 9, count)] + rng.normal(size=(count, 2)) * height * .03
    angle = np.arctan2(*(end - start)[::-1]) + rng.choice((-1, 1), count) * rng.uniform(.3, 1.2, count)
    _leaves(patch, rng, lit, at, angle, height * rng.uniform(.1, .18, count), rng.uniform(.2, .42), color)
    return patch
