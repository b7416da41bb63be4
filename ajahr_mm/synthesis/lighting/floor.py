"""The floor as the camera sees it: points on it to cells of a coarse picture, cells to soft silhouettes."""
import numpy as np

_CLOSING = np.ones((5, 5), np.uint8)


class FloorMap:
    """Maps of a floor plane in a picture that is ``grid`` cells wide.

    Args:
        foot: (3,) where the person stands; up: (3,) unit normal. Both in camera axes, metres.
        flattest: degrees; a floor on which the camera looks down less steeply is turned about the line through ``foot``.
        focal: px; size: px of the picture; grid: cells along its side.
    """

    def __init__(self, foot: np.ndarray, up: np.ndarray, flattest: float, focal: float, size: int, grid: int) -> None:
        self.grid = grid
        turn = _turn(foot, up, flattest)
        scale, middle = focal * grid / size, grid / 2
        camera = np.array([[scale, 0, middle], [0, scale, middle], [0, 0, 1]])
        self._matrix = (camera @ turn).astype(np.float32)
        self._start = (camera @ (foot - turn @ foot)).astype(np.float32)[:, None]
        self._normal = turn @ up
        self._scale, self._middle = scale, middle
        #: cells along a metre at the foot
        self.metre = scale / max(float(foot[2]), .3)

    def cells(self, points: np.ndarray) -> np.ndarray:
        """(N,) int index of the cells of points (3,N) of the floor; those out of sight go to a rim that is cut off later."""
        x, y, z = self._matrix @ points + self._start
        behind = z < .1
        z[behind] = .1
        x[behind] = -1e3
        side = self.grid + 2
        column, row = (np.clip(at / z + np.float32(1), 0, side - 1).astype(np.int32) for at in (x, y))
        return row * side + column

    def silhouette(self, cells: np.ndarray, blur: float) -> np.ndarray:
        """(grid,grid) uint8: the cells (N,) with the gaps between them closed, blurred by ``blur`` cells."""
        import cv2
        side = self.grid + 2
        mask = np.zeros(side * side, np.uint8)
        mask[cells] = 255
        mask = cv2.morphologyEx(mask.reshape(side, side)[1:-1, 1:-1], cv2.MORPH_CLOSE, _CLOSING)
        # a wide blur needs few cells
        shrink = 2 if blur > 3 else 1
        if shrink > 1:
            mask = cv2.resize(mask, (self.grid // shrink,) * 2, interpolation=cv2.INTER_AREA)
        width = 2 * min(round(blur / shrink), len(mask) // 4) + 1
        for _ in range(2 if width > 1 else 0):
            mask = cv2.blur(mask, (width, width))
        return mask if shrink == 1 else cv2.resize(mask, (self.grid, self.grid), interpolation=cv2.INTER_LINEAR)

    def in_sight(self) -> np.ndarray:
        """(grid,grid) bool: cells below the horizon."""
        x, y, z = self._normal
        ahead = (np.arange(self.grid, dtype=np.float32) - np.float32(self._middle)) * np.float32(1 / self._scale)
        return (ahead * np.float32(y) + np.float32(z))[:, None] < ahead * np.float32(-x)


def _turn(foot: np.ndarray, up: np.ndarray, flattest: float) -> np.ndarray:
    """(3,3) rotation after which the line of sight to ``foot`` meets the floor at ``flattest`` degrees at least."""
    import cv2
    view = foot / np.linalg.norm(foot)
    axis = np.cross(view, up)
    length, angle = np.linalg.norm(axis), np.deg2rad(flattest) - np.arcsin(np.clip(-view @ up, -1, 1))
    if angle <= 0 or length < 1e-6:
        return np.eye(3)
    return cv2.Rodrigues(np.asarray(axis, np.float64) * (angle / length))[0]
