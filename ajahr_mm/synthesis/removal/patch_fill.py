"""Fills a hole with pieces of its surroundings, from coarse to fine.

The classic without a network: every patch that touches the hole looks for the most similar patch of the known picture
(PatchMatch, Barnes et al. 2009), and each pixel of the hole becomes the mean of what the patches over it propose (Wexler et
al. 2007). All targets are searched at once, so the work is a few dozen array operations a round.
"""
from typing import Tuple

import numpy as np

_REACH = 3                    # a patch is 7 x 7 px
_COARSEST = 32                # px, longer side of the smallest level
_ROUNDS_COARSE, _ROUNDS_FINE = 8, 3
_FADE = 1.15                  # a pixel d px inside the hole counts fade^-d: what is known decides


def patch_fill(image: np.ndarray, hole: np.ndarray, rng: np.random.Generator) -> Tuple[np.ndarray, np.ndarray]:
    """Fills a picture of a few hundred px a side.

    Args:
        image: (h,w,3) float32; what it shows inside the hole is only the first guess.
        hole: (h,w) bool.

    Returns:
        the picture with the hole filled, and for each pixel the row and column (h,w,2) that it was taken from, itself
        outside the hole. Where no known patch is left, both come back as they are.
    """
    sizes = _levels(hole.shape)
    filled, source = None, None
    for number, size in enumerate(sizes):
        picture, gap = _shrunk(image, hole, size)
        if filled is not None:
            picture[gap] = _resized(filled, size)[gap]
        level = _Level(picture, gap)
        if not len(level.sources) or not len(level.targets):
            continue
        level.start(source, rng)
        for _ in range(_ROUNDS_COARSE if number < len(sizes) - 1 else _ROUNDS_FINE):
            level.search(rng)
            level.vote()
        filled, source = level.result()
    if filled is None:
        return image, np.stack(np.mgrid[:hole.shape[0], :hole.shape[1]], axis=-1)
    return filled, source


def _levels(shape) -> list:
    height, width = shape
    sizes = [(height, width)]
    while max(sizes[0]) > 2 * _COARSEST and min(sizes[0]) > 8 * _REACH:
        sizes.insert(0, tuple(-(-side // 2) for side in sizes[0]))
    return sizes


def _resized(image: np.ndarray, size) -> np.ndarray:
    import cv2
    return cv2.resize(image, (size[1], size[0]), interpolation=cv2.INTER_LINEAR)


def _shrunk(image: np.ndarray, hole: np.ndarray, size) -> Tuple[np.ndarray, np.ndarray]:
    """Picture and hole of a level: a pixel is known if most of it is, and then it is the mean of its known part."""
    import cv2
    if size == hole.shape:
        return image.copy(), hole
    weight = (~hole).astype(np.float32)
    share = cv2.resize(weight, (size[1], size[0]), interpolation=cv2.INTER_AREA)
    known = cv2.resize(image * weight[..., None], (size[1], size[0]), interpolation=cv2.INTER_AREA)
    guess = cv2.resize(image, (size[1], size[0]), interpolation=cv2.INTER_AREA)
    gap = share < .5
    return np.where(gap[..., None], guess, known / np.maximum(share, 1e-6)[..., None]), gap


class _Level:
    """One scale. The picture is padded by the reach of a patch; all places are flat indices into the padded picture."""

    def __init__(self, picture: np.ndarray, gap: np.ndarray) -> None:
        import cv2
        pad = ((_REACH, _REACH),) * 2
        self.shape = picture.shape[:2]
        image, hole = np.pad(picture, (*pad, (0, 0)), 'edge'), np.pad(gap, pad, 'edge')
        self.width, self.pixels = image.shape[1], np.ascontiguousarray(image.reshape(-1, 3))
        reach = np.arange(-_REACH, _REACH + 1)
        self.window = (reach[:, None] * self.width + reach).ravel()
        self.probes = self.window[::2]  # a chequerboard of the patch tells two patches apart as well, in half the time
        touched = cv2.dilate(hole.astype(np.uint8), np.ones((2 * _REACH + 1,) * 2, np.uint8)).astype(bool)
        middle, whole = np.zeros(hole.shape, bool), np.zeros(hole.shape, bool)
        middle[_REACH:-_REACH, _REACH:-_REACH] = True
        whole[2 * _REACH:-2 * _REACH, 2 * _REACH:-2 * _REACH] = True  # no part of the padding
        self.may_give = (whole & ~touched).ravel()
        self.sources, self.targets = np.flatnonzero(self.may_give), np.flatnonzero((touched & middle).ravel())
        self.hole = hole.ravel()
        depth = cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 3).ravel()
        self.trust = np.maximum(_FADE ** -depth, .02).astype(np.float32)
        self.best = np.full(len(self.pixels), -1)

    def start(self, source, rng: np.random.Generator) -> None:
        """Begins with the matches of the coarser level, and at random where there is none."""
        import cv2
        chosen = self.sources[rng.integers(len(self.sources), size=len(self.targets))]
        if source is not None:
            height, width = self.shape
            rows, columns = np.divmod(self.targets, self.width)
            rows, columns = rows - _REACH, columns - _REACH
            step = np.array([height / source.shape[0], width / source.shape[1]])
            shift = (source - np.stack(np.mgrid[:source.shape[0], :source.shape[1]], axis=-1)) * step
            shift = cv2.resize(shift.astype(np.float32), (width, height), interpolation=cv2.INTER_NEAREST)[rows, columns]
            shift = np.round(shift).astype(np.int64)
            rows, columns = rows + shift[:, 0], columns + shift[:, 1]
            within = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
            place = np.where(within, (rows + _REACH) * self.width + columns + _REACH, 0)
            chosen = np.where(self.may_give[place], place, chosen)
        self.best[self.targets] = chosen

    def search(self, rng: np.random.Generator) -> None:
        """One round of PatchMatch: matches of neighbours, then places ever closer to the best so far."""
        patches = self.pixels[self.targets[:, None] + self.probes]
        weights = self.trust[self.targets[:, None] + self.probes]
        weights /= weights.sum(axis=1, keepdims=True)
        best = self.best[self.targets]
        cost = self._cost(patches, weights, best)
        for step in (4, 1):
            for move in (step, -step, step * self.width, -step * self.width):
                neighbour = self.targets + move
                near = self.best[neighbour.clip(0, len(self.best) - 1)]
                self._try(np.where(near >= 0, near - move, -1), patches, weights, best, cost)
                self.best[self.targets] = best
        radius = max(self.shape)
        while radius >= 1:
            moves = rng.integers(-radius, radius + 1, size=(2, len(best)))
            self._try(best + moves[0] * self.width + moves[1], patches, weights, best, cost)
            radius //= 3
        self.best[self.targets], self.cost = best, cost

    def _cost(self, patches: np.ndarray, weights: np.ndarray, places: np.ndarray) -> np.ndarray:
        difference = self.pixels[places[:, None] + self.probes]
        difference -= patches
        return np.einsum('npc,npc,np->n', difference, difference, weights)

    def _try(self, places: np.ndarray, patches: np.ndarray, weights: np.ndarray, best: np.ndarray, cost: np.ndarray) -> None:
        """Takes the proposed places that are allowed and better."""
        allowed = (places >= 0) & (places < len(self.may_give))
        allowed[allowed] = self.may_give[places[allowed]]
        asked = np.flatnonzero(allowed & (places != best))
        found = self._cost(patches[asked], weights[asked], places[asked])
        better = found < cost[asked]
        best[asked[better]], cost[asked[better]] = places[asked[better]], found[better]

    def vote(self) -> None:
        """Each pixel of the hole becomes the mean of what the patches over it propose; good matches count more."""
        spread = max(float(np.percentile(self.cost, 75)), 1.)
        weight = np.exp(-self.cost / (2 * spread)) * self.trust[self.targets] + 1e-8
        onto = (self.targets[:, None] + self.window).ravel()
        inside = self.hole[onto]
        onto = onto[inside]
        proposed = self.pixels[(self.best[self.targets][:, None] + self.window).ravel()[inside]]
        weight = np.repeat(weight, len(self.window))[inside]
        total = np.bincount(onto, weight, len(self.pixels))
        reached = np.flatnonzero(total > 0)
        for channel in range(3):
            mean = np.bincount(onto, weight * proposed[:, channel], len(self.pixels))
            self.pixels[reached, channel] = mean[reached] / total[reached]

    def result(self) -> Tuple[np.ndarray, np.ndarray]:
        """Picture (h,w,3) and the place (h,w,2) that each pixel of it comes from."""
        inner = np.s_[_REACH:-_REACH, _REACH:-_REACH]
        picture = self.pixels.reshape(-1, self.width, 3)[inner].copy()
        place = np.where(self.hole & (self.best >= 0), self.best, np.arange(len(self.best))).reshape(-1, self.width)[inner]
        return picture, np.stack(np.divmod(place, self.width), axis=-1) - _REACH
