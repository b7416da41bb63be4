"""A coarse stand-in for a body's surface: few points, and the way back to all vertices."""
import numpy as np

from ajahr_mm.synthesis.appearance.surface import Surface
from ajahr_mm.synthesis.lighting.normals import VertexNormals

#: m that a point is farther away when it looks the opposite way: the other thigh, the next finger, the chest under the arm
_TURNED = .08


class Proxy:
    """Chosen vertices of a surface.

    Args:
        surface: a body in its rest pose. count: number of vertices to choose, far from one another.

    Attributes:
        index: (N,) the chosen vertices.
        spread: (V,N) sparse float32: values at the chosen vertices -> all vertices, means over the four nearest.
        smooth: (V,V) sparse float32: means over a vertex and its neighbours.
    """

    def __init__(self, surface: Surface, count: int) -> None:
        from scipy.sparse import csr_matrix, identity
        from scipy.spatial import cKDTree
        rest, total = surface.rest, len(surface.rest)
        normals = VertexNormals(surface.faces, total)(rest[None])[0]
        place = np.concatenate([rest, normals * (_TURNED / 2)], 1).astype(np.float64)
        self.index = far_apart(rest, min(count, total))
        distance, nearest = cKDTree(place[self.index]).query(place, k=4)
        weight = 1 / (distance + .004) ** 2
        weight = (weight / weight.sum(1, keepdims=True)).astype(np.float32)
        self.spread = csr_matrix((weight.ravel(), (np.repeat(np.arange(total), 4), nearest.ravel())),
                                 shape=(total, len(self.index)))
        edges = np.concatenate([surface.faces[:, [0, 1]], surface.faces[:, [1, 2]], surface.faces[:, [2, 0]]])
        link = csr_matrix((np.ones(len(edges), np.float32), edges.T), shape=(total, total))
        link = link + link.T + identity(total, dtype=np.float32, format='csr')
        link.data = 1 / np.repeat(np.diff(link.indptr), np.diff(link.indptr)).astype(np.float32)
        self.smooth = link


def far_apart(points: np.ndarray, count: int) -> np.ndarray:
    """Indices (count,) of points (V,3), each as far as possible from those before it."""
    chosen, distance = [0], np.full(len(points), np.inf)
    for _ in range(count - 1):
        distance = np.minimum(distance, ((points - points[chosen[-1]]) ** 2).sum(1))
        chosen.append(int(distance.argmax()))
    return np.array(chosen)
