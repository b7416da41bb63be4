"""The body surface: MakeHuman's closed base mesh without its eye sockets and mouth, reduced, with its mirror table."""
from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from decimation import reduce_half, triangulate
from makehuman import BaseMesh

LID_EDGE, EYE_BACK = (7747, 7748), 11915     # an edge of the left eyelid margin; a vertex behind the left eyeball
LIP_EDGE, THROAT = (520, 7267), 707     # an edge of the loop where the lips meet; a vertex in the throat


@dataclass
class Surface:
    """A symmetric triangle mesh on a subset ``ids`` (V,) of the base vertices."""

    ids: np.ndarray       # (V,) base mesh vertex of each vertex
    faces: np.ndarray     # (F,3)
    uv: np.ndarray        # (T,2)
    uv_faces: np.ndarray  # (F,3)
    mirror: np.ndarray    # (V,) mirror image of each vertex
    eyes: tuple[int, int]  # vertices on the left and right cornea


def edge_loop(quads: np.ndarray, a: int, b: int) -> list[int]:
    """Closed loop of quad edges through the edge (a,b), straight across every regular vertex."""
    around = defaultdict(list)
    for quad in quads.tolist():
        for vertex in quad:
            around[vertex].append(quad)
    loop = [a, b]
    while True:
        beside = {v for q in around[b] if a in q for v in q}
        edges = {q[(q.index(b) + step) % 4] for q in around[b] for step in (1, 3)}
        ahead = edges - beside
        if len(around[b]) != 4 or len(ahead) != 1:
            raise ValueError(f'the edge loop through {loop[:2]} ends at the irregular vertex {b}')
        a, b = b, ahead.pop()
        if b == loop[0]:
            return loop
        loop.append(b)


def enclosed_faces(quads: np.ndarray, rim: list[int], seed: int) -> np.ndarray:
    """(F,) bool, faces on the side of ``seed`` of the closed loop ``rim``."""
    inside, blocked, frontier = {seed}, set(rim), [seed]
    around = defaultdict(list)
    for i, quad in enumerate(quads.tolist()):
        for vertex in quad:
            around[vertex].append(i)
    while frontier:
        new = {int(v) for f in around[frontier.pop()] for v in quads[f]} - inside - blocked
        inside |= new
        frontier += new
    return np.isin(quads, list(inside)).any(1)


def oriented(rim: list[int], removed: np.ndarray) -> list[int]:
    """``rim`` in the direction in which the removed faces run along it, so that a cap faces outwards."""
    a, b = rim[:2]
    forward = any(q[(q.index(a) + 1) % 4] == b for q in removed.tolist() if a in q and b in q)
    return rim if forward else rim[::-1]


def left_surface(base: BaseMesh, mirror: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, dict, int]:
    """Left half with the cavities capped: faces, uv_faces, uv, right-side uv of (vertex, uv) corners, cornea vertex."""
    quads, uv_quads, x = base.quads, base.uv_quads, base.vertices[:, 0]
    lid, lip = edge_loop(quads, *LID_EDGE), edge_loop(quads, *LIP_EDGE)
    socket, mouth = enclosed_faces(quads, lid, EYE_BACK), enclosed_faces(quads, lip, THROAT)
    left = x[quads].mean(1) > 0
    lid, lip = oriented(lid, quads[socket]), oriented(lip, quads[mouth])
    keep = left & ~socket & ~mouth
    twin = {frozenset(q): i for i, q in enumerate(quads.tolist())}
    right_uv, skin_uv = {}, {}
    for quad, uvs in zip(quads[keep].tolist(), uv_quads[keep].tolist()):
        other = twin[frozenset(mirror[quad].tolist())]
        for vertex, uv in zip(quad, uvs):
            right_uv[vertex, uv] = int(uv_quads[other][quads[other].tolist().index(mirror[vertex])])
            skin_uv[vertex] = uv
    faces, uv_faces = triangulate(quads[keep], uv_quads[keep], base.vertices)

    eye = base.groups['helper-l-eye']
    cornea = int(eye[base.vertices[eye, 2].argmax()])
    rim_uv = [skin_uv[v] for v in lid]
    centre = len(base.uv)
    uv = np.concatenate([base.uv, [base.uv[rim_uv].mean(0)],
                         [base.uv[[right_uv[v, u] for v, u in zip(lid, rim_uv)]].mean(0)]])
    right_uv[cornea, centre] = centre + 1
    skin_uv[cornea] = centre
    fan = [(a, b, cornea) for a, b in zip(lid, lid[1:] + lid[:1])]

    start = next(i for i in range(len(lip)) if mirror[lip[i]] == lip[i] and x[lip[(i + 1) % len(lip)]] > 1e-6)
    path = (lip[start:] + lip[:start])[:len(lip) // 2 + 1]  # the left half, midline to midline
    strip = []
    for i in range(len(path) // 2 - 1):
        a, b, c, d = path[i], path[i + 1], path[-2 - i], path[-1 - i]
        strip += [(a, b, c), (a, c, d)]
    caps = np.array(fan + strip)
    cap_uv = np.array([[skin_uv[v] for v in f] for f in caps.tolist()])
    return np.concatenate([faces, caps]), np.concatenate([uv_faces, cap_uv]), uv, right_uv, cornea


def build_surface(base: BaseMesh, mirror: np.ndarray, shapes: np.ndarray, count: int, length_weight: float) -> Surface:
    """Capped and reduced surface of about ``count`` vertices; shapes (S,N,3) m are symmetric and drive the reduction."""
    faces, uv_faces, uv, right_uv, cornea = left_surface(base, mirror)
    faces, uv_faces = reduce_half(shapes, faces, uv_faces, mirror, count, {cornea}, length_weight)
    other_uv = np.array([[right_uv[v, u] for v, u in zip(f, t)] for f, t in zip(faces.tolist(), uv_faces.tolist())])
    faces = np.concatenate([faces, mirror[faces][:, ::-1]])
    uv_faces = np.concatenate([uv_faces, other_uv[:, ::-1]])
    ids, faces = np.unique(faces, return_inverse=True)
    uv_ids, uv_faces = np.unique(uv_faces, return_inverse=True)
    place = {v: i for i, v in enumerate(ids.tolist())}
    return Surface(ids, faces.reshape(-1, 3), uv[uv_ids], uv_faces.reshape(-1, 3),
                   np.array([place[m] for m in mirror[ids].tolist()]), (place[cornea], place[int(mirror[cornea])]))
