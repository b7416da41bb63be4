"""Stage: a level camera and its canvas, onto which textured rectangles in space are painted."""
from functools import cached_property
from typing import Callable, List, Optional, Sequence, Tuple

import numpy as np

_NEAR = .15        # metres: nothing nearer to the camera is painted
_TINY = 5          # px or texels: what is no larger gets one colour
_SHIFT = 4         # binary digits of a pixel in OpenCV's polygons
_DOWN = np.array([1., -1., 1.])


class Stage:
    """The world has x to the right, y up from the floor and z ahead, metres; the camera stands at (x, height, 0).

    Upright lines stay upright: the horizon is moved, the camera is not tilted. Floor and walls are painted at once, shadows
    and things are noted and painted by :meth:`finish`, far things first.

    Args:
        size: side of the canvas in px.
        focal: focal length over the side.
        horizon: row of the horizon over the side.
        height: of the camera above the floor.
        yaw: radians the camera looks to the right of z.
        x: where the camera stands.
    """

    def __init__(self, size: int, focal: float, horizon: float, height: float, yaw: float = 0., x: float = 0.):
        self.size, self.focal, self.horizon = size, focal * size, horizon
        self.canvas = np.zeros((size, size, 3), np.uint8)
        self._position, cos, sin = np.array([x, height, 0.]), np.cos(yaw), np.sin(yaw)
        self._turn = np.array([[cos, 0, -sin], [0, -1, 0], [sin, 0, cos]])       # world into camera axes (y down)
        self._shade, self._things = np.zeros((size, size), np.uint8), []

    def see(self, points: np.ndarray) -> np.ndarray:
        """World points (...,3) in camera axes: x right, y down, z forward."""
        return (np.asarray(points, np.float64) - self._position) @ self._turn.T

    def direction(self, vector: Sequence[float]) -> np.ndarray:
        """Unit vector (3,) in camera axes of a direction in the world."""
        seen = self._turn @ np.asarray(vector, np.float64)
        return (seen / np.linalg.norm(seen)).astype(np.float32)

    def pixels(self, seen: np.ndarray) -> np.ndarray:
        """Pixels (N,2) of points (N,3) in camera axes."""
        return seen[:, :2] / seen[:, 2:] * self.focal + (self.size / 2, self.horizon * self.size)

    def quad(self, corner: Sequence[float], along: Sequence[float], down: Sequence[float], texture: np.ndarray,
             cover: Optional[np.ndarray] = None) -> None:
        """Paints a rectangle at once: a corner, and the sides (3,) along which the texture's columns and rows run.

        ``texture`` is (h,w,3) uint8; ``cover`` (h,w) uint8 says where it is opaque.
        """
        import cv2
        corner, along, down = (np.asarray(v, np.float64) for v in (corner, along, down))
        outline = _before(self.see(np.stack([corner, corner + along, corner + along + down, corner + down])))
        if outline is None:
            return
        pixels = self.pixels(outline)
        x0, y0 = np.floor(np.clip(pixels.min(0) - 1, 0, self.size)).astype(int)
        x1, y1 = np.ceil(np.clip(pixels.max(0) + 2, 0, self.size)).astype(int)
        if x1 <= x0 or y1 <= y0:
            return
        if cover is None and min(*np.ptp(pixels, axis=0), max(texture.shape[:2])) <= _TINY:
            cv2.fillConvexPoly(self.canvas, _fixed(pixels), cv2.mean(texture)[:3], cv2.LINE_AA, _SHIFT)
            return
        shrink = int(min(max(texture.shape[:2]) / max(np.ptp(pixels, axis=0).max(), 1) / 1.3, min(texture.shape[:2]) / 2))
        texture, cover = shrunk(texture, shrink), cover if cover is None else shrunk(cover, shrink)
        h, w = texture.shape[:2]
        start = self.see(corner) + self._turn @ (along / w + down / h) / 2             # middle of the first texel
        lens = np.array([[self.focal, 0, self.size / 2 - x0], [0, self.focal, self.horizon * self.size - y0], [0, 0, 1]])
        way, shape = lens @ np.column_stack([self._turn @ along / w, self._turn @ down / h, start]), (x1 - x0, y1 - y0)
        paint = cv2.warpPerspective(texture, way, shape, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        mask = np.zeros(shape[::-1], np.uint8)
        cv2.fillConvexPoly(mask, _fixed(pixels - (x0, y0)), 255, cv2.LINE_AA, _SHIFT)
        if cover is not None:
            mask = cv2.multiply(mask, cv2.warpPerspective(cover, way, shape, flags=cv2.INTER_LINEAR), scale=1 / 255)
        _lay(self.canvas[y0:y1, x0:x1], paint, mask.astype(np.float32) / np.float32(255))

    def ground(self, texture: np.ndarray, repeat: float, left: float = -1e4, right: float = 1e4, far: float = 1e4,
               near: float = -1e4) -> None:
        """Paints the floor between those x and z, the texture (n,n,3) repeated every ``repeat`` metres.

        Rows are painted in groups, each from a reduction of the texture that suits its distance, so that nothing flickers.
        """
        import cv2
        x, z, distance = self._floor
        metres = distance / self.focal                                       # that a pixel is wide
        texels = metres * np.sqrt(distance / self._position[1]) / repeat * texture.shape[1]
        cover = np.minimum(np.minimum(x - left, right - x), np.minimum(far - z, z - near)) / metres[:, None] + .5
        levels = np.clip(np.floor(np.log2(np.maximum(texels, 1))), 0, 6).astype(int)
        for level in np.unique(levels):
            rows = np.flatnonzero(levels == level)
            part = slice(rows[0], rows[-1] + 1)
            if cover[part].max() <= 0:
                continue
            small = shrunk(texture, 2 ** level)
            scale = small.shape[1] / repeat
            paint = cv2.remap(small, (x[part] * scale) % small.shape[1], (-z[part] * scale) % small.shape[0],
                              cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
            _lay(self.canvas[self.size - len(x):][part], paint, np.clip(cover[part], 0, 1))

    @cached_property
    def _floor(self) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
        """World x and z of the floor in the pixels below the horizon (rows,size), and the distance of those rows."""
        first = int(np.ceil(self.horizon * self.size + .5))
        down = (np.arange(first, self.size) + .5 - self.horizon * self.size) / self.focal
        distance = self._position[1] / down
        across = (np.arange(self.size) + .5 - self.size / 2) / self.focal
        right, ahead = distance[:, None] * across, distance[:, None]
        return ((self._position[0] + self._turn[0, 0] * right + self._turn[2, 0] * ahead).astype(np.float32),
                (self._turn[0, 2] * right + self._turn[2, 2] * ahead).astype(np.float32), distance.astype(np.float32))

    def shade(self, points: np.ndarray, strength: float) -> None:
        """Notes a shadow: the hull of points (N,3), dropped onto the floor, takes ``strength`` 0..1 of the light."""
        import cv2
        hull = cv2.convexHull(np.float32(points[:, ::2]))[:, 0]
        outline = _before(self.see(np.column_stack([hull[:, 0], np.zeros(len(hull)), hull[:, 1]])))
        if outline is not None:
            layer = np.zeros_like(self._shade)
            cv2.fillConvexPoly(layer, _fixed(self.pixels(outline)), int(strength * 255), cv2.LINE_AA, _SHIFT)
            np.maximum(self._shade, layer, out=self._shade)

    def add(self, where: Sequence[float], paint: Callable[[], None]) -> None:
        """Notes a thing to be painted by a function, in the order of its distance."""
        self._things.append((-float(self.see(np.asarray(where, float))[2]), len(self._things), paint))

    def finish(self, softness: float = 2.5) -> np.ndarray:
        """Paints shadows, blurred by ``softness`` px of a canvas of 256, and things; returns the picture (size,size,3)."""
        import cv2
        soft = cv2.GaussianBlur(self._shade, (0, 0), softness * self.size / 256)
        cv2.multiply(self.canvas, cv2.merge([255 - soft] * 3), dst=self.canvas, scale=1 / 255)
        for _, _, paint in sorted(self._things, key=lambda thing: thing[:2]):
            paint()
        return self.canvas

    def sprite(self, foot: Sequence[float], height: float, picture: np.ndarray, cover: np.ndarray) -> None:
        """Notes an upright picture (h,w,3) with its cover (h,w) that faces the camera, its lower middle at ``foot`` (3,)."""
        width = height * picture.shape[1] / picture.shape[0]
        right = self._turn.T @ np.array([width, 0, 0])
        corner = np.asarray(foot, float) - right / 2 + (0, height, 0)
        self.add(foot, lambda: self.quad(corner, right, (0, -height, 0), picture, cover))

    def box(self, middle: Tuple[float, float, float], size: Tuple[float, float, float], faces: Callable[[str], np.ndarray],
            yaw: float = 0., shadow: float = .45, sun: Optional[Sequence[float]] = None) -> None:
        """Notes a box.

        Args:
            middle: of its lower side, x, y, z.
            size: width, height, depth.
            faces: 'front', 'left', 'right' or 'top' -> texture of that side.
            yaw: radians the box is turned to the right.
            shadow: strength of its shadow, of what stands on the floor; ``sun`` (3,) towards the lamp throws it.
        """
        middle, (w, h, d) = np.asarray(middle, float), size
        right, ahead = np.array([np.cos(yaw), 0, -np.sin(yaw)]) * w, np.array([np.sin(yaw), 0, np.cos(yaw)]) * d
        top, up = middle + (0, h, 0), np.array([0, -h, 0.])
        near, far = top - (right + ahead) / 2, top + (right + ahead) / 2
        sides = [('front', near, right, up, -ahead), ('front', far, -right, up, ahead),
                 ('left', near + ahead, -ahead, up, -right), ('right', far - ahead, ahead, up, right),
                 ('top', near + ahead, right, -ahead, np.array([0, 1., 0]))]

        def paint() -> None:
            for name, corner, along, down, normal in sides:
                if normal @ (self._position - corner) > 0:
                    self.quad(corner, along, down, faces(name))
        self.add(middle, paint)
        if shadow and middle[1] < .3:
            corners = np.array([middle + right * i + ahead * j for i in (-.53, .53) for j in (-.53, .53)])
            if sun is not None and sun[1] > .1:
                corners = np.concatenate([corners, corners - np.asarray(sun) * (h / sun[1])])
            self.shade(corners, shadow)


def shrunk(image: np.ndarray, times: int) -> np.ndarray:
    """Picture with ``times`` fewer rows and columns, each pixel the mean of a block."""
    import cv2
    if times < 2:
        return image
    height, width = (max(side // times, 1) for side in image.shape[:2])
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)


def _lay(part: np.ndarray, paint: np.ndarray, weight: np.ndarray) -> None:
    """Paints (h,w,3) over a part of a canvas, in place, with a weight (h,w) float32."""
    import cv2
    part[:] = cv2.blendLinear(paint, np.ascontiguousarray(part), weight, 1 - weight)


def _fixed(pixels: np.ndarray) -> np.ndarray:
    """Corners as OpenCV's polygons have them; their pixel centres are whole numbers."""
    return np.rint((np.clip(pixels, -9999, 9999) - .5) * 2 ** _SHIFT).astype(np.int32)


def _before(corners: np.ndarray) -> Optional[np.ndarray]:
    """The part (M,3) of a convex polygon (N,3) that lies before the camera, None if there is none."""
    if corners[:, 2].min() >= _NEAR:
        return corners
    kept: List[np.ndarray] = []
    for here, there in zip(corners, np.roll(corners, -1, 0)):
        if here[2] >= _NEAR:
            kept.append(here)
        if (here[2] >= _NEAR) != (there[2] >= _NEAR):
            kept.append(here + (there - here) * (_NEAR - here[2]) / (there[2] - here[2]))
    return np.array(kept) if len(kept) >= 3 else None
