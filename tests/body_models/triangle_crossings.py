"""Which triangles of a mesh cut through each other: a plain oracle, edge against triangle, in float64."""
import numpy as np


def crossings(vertices, faces, depth=1e-4, least_area=1e-9, merge=1e-6):
    """Pairs (n,2) of faces that pierce each other by more than ``depth`` metres.

    Faces with a corner in common, by index or by place (the pole of a cap), are neighbours and do not count; degenerate
    faces, of less than ``least_area`` m^2, neither.
    """
    vertices = np.asarray(vertices, np.float64)
    place = np.unique(np.round(vertices / merge).astype(np.int64), axis=0, return_inverse=True)[1].reshape(-1)
    triangles = vertices[faces]
    area = np.linalg.norm(np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]), axis=1) / 2
    kept = np.flatnonzero(area > least_area)
    kept = kept[triangles[kept, :, 0].min(1).argsort()]
    triangles, corners = triangles[kept], place[faces[kept]]
    first, second = _overlapping(triangles.min(1), triangles.max(1))
    apart = ~(corners[first][:, :, None] == corners[second][:, None]).any((1, 2))
    first, second = first[apart], second[apart]
    hit = np.zeros(len(first), bool)
    for a, b in ((first, second), (second, first)):
        for k in range(3):
            hit |= _pierces(triangles[a, k], triangles[a, (k + 1) % 3], triangles[b], depth)
    return np.stack([kept[first[hit]], kept[second[hit]]], 1)


def _overlapping(low, high):
    """Index pairs of boxes, sorted by their lowest x, that touch."""
    count = np.searchsorted(low[:, 0], high[:, 0], side='right') - np.arange(len(low)) - 1
    first = np.repeat(np.arange(len(low)), count)
    second = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + first + 1
    touch = ((low[first] <= high[second]) & (low[second] <= high[first])).all(1)
    return first[touch], second[touch]


def _pierces(start, end, triangle, depth):
    """Segments (n,3) that go through triangles (n,3,3) with both ends more than ``depth`` away from their planes."""
    u, v = triangle[:, 1] - triangle[:, 0], triangle[:, 2] - triangle[:, 0]
    normal = np.cross(u, v)
    normal_length = np.linalg.norm(normal, axis=1)
    above, below = (((p - triangle[:, 0]) * normal).sum(1) / normal_length for p in (start, end))
    through = (above * below < 0) & (np.minimum(np.abs(above), np.abs(below)) > depth)
    at = start + (above / np.where(through, above - below, 1))[:, None] * (end - start) - triangle[:, 0]
    s = (np.cross(at, v) * normal).sum(1) / normal_length ** 2
    t = (np.cross(u, at) * normal).sum(1) / normal_length ** 2
    return through & (s > 1e-4) & (t > 1e-4) & (s + t < 1 - 1e-4)
