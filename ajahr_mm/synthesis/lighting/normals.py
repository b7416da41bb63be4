"""Vertex normals of many poses of one mesh, on the processor and with the same bytes in every process."""
import numpy as np


class VertexNormals:
    """Unit normals, averaged by area over the triangles around each vertex.

    Args:
        faces: (F,3) triangles, counter-clockwise from outside.
        num_vertices: V.
    """

    def __init__(self, faces: np.ndarray, num_vertices: int) -> None:
        from scipy.sparse import csr_matrix
        faces = np.asarray(faces, np.int64)
        self._corners = np.ascontiguousarray(faces.T).ravel()
        self._sum = csr_matrix((np.ones(faces.size, np.float32), (faces.ravel(), np.repeat(np.arange(len(faces)), 3))),
                               shape=(num_vertices, len(faces)))

    def __call__(self, vertices: np.ndarray) -> np.ndarray:
        """Normals (B,V,3) float32 of vertices (B,V,3); zero where everything around a vertex has collapsed."""
        normals = np.empty(vertices.shape, np.float32)
        at = np.empty((3, vertices.shape[1]), np.float32)
        for mesh, normal in zip(vertices, normals):
            np.subtract(mesh.T, mesh[0][:, None], out=at)   # far from the origin the products would lose digits
            x, y, z = at.take(self._corners, 1).reshape(3, 3, -1)
            bx, by, bz, cx, cy, cz = x[1] - x[0], y[1] - y[0], z[1] - z[0], x[2] - x[0], y[2] - y[0], z[2] - z[0]
            x, y, z = self._sum @ (by * cz - bz * cy), self._sum @ (bz * cx - bx * cz), self._sum @ (bx * cy - by * cx)
            scale = 1 / np.maximum(np.sqrt(x * x + y * y + z * z), np.float32(1e-12))
            normal[:, 0], normal[:, 1], normal[:, 2] = x * scale, y * scale, z * scale
        return normals
