"""Left-right symmetric mesh reduction onto a subset of the original vertices.

Half-edge collapses (Garland and Heckbert's quadrics, summed over several body shapes) keep every surviving vertex an
original one, so targets, weights and texture coordinates are simply picked. Only the left half is reduced, its border
collapses along the midline, and the right half is its mirror image.
"""
from __future__ import annotations

import heapq

import numpy as np


def triangulate(quads: np.ndarray, uv_quads: np.ndarray, vertices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Split quads (F,4) along the shorter diagonal: faces (2F,3) and their uv corners (2F,3)."""
    p = vertices[quads]
    first = np.linalg.norm(p[:, 0] - p[:, 2], axis=-1) <= np.linalg.norm(p[:, 1] - p[:, 3], axis=-1)
    order = np.where(first[:, None], [[0, 1, 2, 0, 2, 3]], [[0, 1, 3, 1, 2, 3]])
    pick = lambda array: np.take_along_axis(array, order, 1).reshape(-1, 3)
    return pick(quads), pick(uv_quads)


class HalfMesh:
    """Triangles of one half with a uv index per corner, and the incidence needed to collapse edges."""

    def __init__(self, shapes: np.ndarray, faces: np.ndarray, uv_faces: np.ndarray, border: set[int], locked: set[int],
                 length_weight: float):
        self.shapes, self.border, self.locked, self.length_weight = shapes, border, locked, length_weight  # (S,N,3)
        self.faces = {i: tuple(f) for i, f in enumerate(faces.tolist())}
        self.uvs = {i: tuple(f) for i, f in enumerate(uv_faces.tolist())}
        self.incident: dict[int, set[int]] = {}
        for i, face in self.faces.items():
            for vertex in face:
                self.incident.setdefault(vertex, set()).add(i)
        self.quadrics = np.zeros((shapes.shape[0], shapes.shape[1], 4, 4))
        normal = np.cross(shapes[:, faces[:, 1]] - shapes[:, faces[:, 0]], shapes[:, faces[:, 2]] - shapes[:, faces[:, 0]])
        area = np.linalg.norm(normal, axis=-1, keepdims=True)
        normal = normal / np.maximum(area, 1e-12)
        plane = np.concatenate([normal, -(normal * shapes[:, faces[:, 0]]).sum(-1, keepdims=True)], -1)
        quadric = plane[..., :, None] * plane[..., None, :] * area[..., None]
        for corner in range(3):
            for s in range(shapes.shape[0]):
                np.add.at(self.quadrics[s], faces[:, corner], quadric[s])

    def neighbours(self, vertex: int) -> set[int]:
        return {v for f in self.incident[vertex] for v in self.faces[f]} - {vertex}

    def cost(self, source: int, target: int) -> float:
        """Quadric error of moving ``source`` onto ``target`` plus a small price on length that evens out edges."""
        point = np.append(self.shapes[:, target], np.ones((len(self.shapes), 1)), 1)
        error = np.einsum('si,sij,sj->s', point, self.quadrics[:, source] + self.quadrics[:, target], point).mean()
        length = np.linalg.norm(self.shapes[:, source] - self.shapes[:, target], axis=-1).mean()
        return max(float(error), 0.) + self.length_weight * length ** 4

    def uv_moves(self, source: int, target: int) -> dict[int, int] | None:
        """How the uv corners at ``source`` move with it, or None if a seam forbids the collapse."""
        moves: dict[int, int] = {}
        for f in self.incident[source] & self.incident[target]:
            a, b = self.uvs[f][self.faces[f].index(source)], self.uvs[f][self.faces[f].index(target)]
            if moves.setdefault(a, b) != b:
                return None
        used = {self.uvs[f][self.faces[f].index(source)] for f in self.incident[source]}
        return moves if used <= set(moves) else None

    def allowed(self, source: int, target: int) -> bool:
        """Collapse keeps a manifold, the midline, the seams, the orientation and reasonable triangles."""
        if source in self.locked or (source in self.border and target not in self.border):
            return False
        shared = self.incident[source] & self.incident[target]
        on_border = source in self.border and target in self.border
        if on_border and len(shared) != 1:
            return False  # a chord between two midline vertices
        if len(self.neighbours(source) & self.neighbours(target)) != len(shared) or self.uv_moves(source, target) is None:
            return False
        for f in self.incident[source] - shared:
            old = self.shapes[:, list(self.faces[f])]
            new = self.shapes[:, [target if v == source else v for v in self.faces[f]]]
            n0, n1 = (np.cross(t[:, 1] - t[:, 0], t[:, 2] - t[:, 0]) for t in (old, new))
            size = np.linalg.norm(n0, axis=-1) * np.linalg.norm(n1, axis=-1)
            if ((n0 * n1).sum(-1) < 0.4 * size).any():
                return False
            edges = np.linalg.norm(new - np.roll(new, 1, 1), axis=-1)
            if (np.linalg.norm(n1, axis=-1) < 0.12 * edges.max(-1) ** 2).any():
                return False  # a sliver
        return True

    def collapse(self, source: int, target: int) -> None:
        moves = self.uv_moves(source, target)
        for f in self.incident.pop(source):
            face = self.faces[f]
            if target in face:
                for vertex in face:
                    if vertex != source:
                        self.incident[vertex].discard(f)
                del self.faces[f], self.uvs[f]
            else:
                self.uvs[f] = tuple(moves[u] if v == source else u for v, u in zip(face, self.uvs[f]))
                self.faces[f] = tuple(target if v == source else v for v in face)
                self.incident[target].add(f)
        self.quadrics[:, target] += self.quadrics[:, source]

    def reduce(self, target_count: int) -> tuple[np.ndarray, np.ndarray]:
        """Collapse the cheapest edges until ``target_count`` vertices are left; faces and uv faces that remain."""
        stamp = dict.fromkeys(self.incident, 0)
        heap = [(self.cost(v, w), v, w, 0, 0) for v in self.incident for w in self.neighbours(v)]
        heapq.heapify(heap)
        while heap and len(self.incident) > target_count:
            _, source, target, s, t = heapq.heappop(heap)
            if source not in self.incident or target not in self.incident or (stamp[source], stamp[target]) != (s, t):
                continue
            if not self.allowed(source, target):
                continue
            ring = self.neighbours(source) - {target}
            self.collapse(source, target)
            for vertex in ring | {target}:
                stamp[vertex] += 1
            for vertex in ring | {target}:
                for other in self.neighbours(vertex):
                    heapq.heappush(heap, (self.cost(vertex, other), vertex, other, stamp[vertex], stamp[other]))
                    heapq.heappush(heap, (self.cost(other, vertex), other, vertex, stamp[other], stamp[vertex]))
        return np.array(list(self.faces.values())), np.array(list(self.uvs.values()))


def reduce_half(shapes: np.ndarray, faces: np.ndarray, uv_faces: np.ndarray, mirror: np.ndarray, count: int,
                locked: set[int], length_weight: float) -> tuple[np.ndarray, np.ndarray]:
    """Reduce the left half of a mirror-symmetric mesh so that the whole keeps about ``count`` vertices.

    Args: shapes (S,N,3) m; faces, uv_faces (F,3) of the left half; mirror (N,) vertex permutation.
    Returns: faces, uv_faces of the left half, indexing the original vertices and uv coordinates.
    """
    border = {v for v in np.unique(faces).tolist() if mirror[v] == v}
    half = HalfMesh(shapes, faces, uv_faces, border, locked, length_weight)
    return half.reduce((count + len(border)) // 2)
