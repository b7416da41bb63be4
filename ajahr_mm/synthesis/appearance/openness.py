"""Ambient occlusion: how much of the sky each vertex sees past the rest of the body."""
import numpy as np

#: m; skin further away hides nothing worth drawing
_REACH = .35
_STEP = 256


def vertex_openness(vertices: np.ndarray, normals: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(V,) float32, 0 fully hidden to 1 free, of vertices (V,3), unit normals (V,3) and faces (F,3).

    Every vertex is a disc that hides part of the half space above every other one (Bunnell, GPU Gems 2, chapter 14).
    """
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    share = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 6
    area = sum(np.bincount(faces[:, k], share, len(vertices)) for k in range(3)).astype(np.float32)
    vertices, normals = vertices.astype(np.float32), normals.astype(np.float32)
    hidden = np.empty(len(vertices), np.float32)
    own, norm = (normals * vertices).sum(1), (vertices ** 2).sum(1)
    for start in range(0, len(vertices), _STEP):
        rows = slice(start, start + _STEP)
        squared = norm[rows, None] + norm - 2 * vertices[rows] @ vertices.T
        squared = np.maximum(squared, 1e-8)
        above = normals[rows] @ vertices.T - own[rows, None]                 # m above the tangent plane
        turned = vertices[rows] @ normals.T - own                           # m in front of the other disc
        near = (above > 0) & (turned > 0) & (squared < _REACH ** 2)
        covered = np.where(near, above * turned / squared * area / (np.pi * squared + area), 0)
        hidden[rows] = covered.sum(1)
    return np.exp(-1.6 * hidden).astype(np.float32)
