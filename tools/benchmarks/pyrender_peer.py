"""pyrender as a peer of two benchmarks. It is no dependency of the toolbox; where it is missing it is left out by name.

    pip install --no-deps pyrender && pip install six imageio 'PyOpenGL>=3.1.7' 'pyglet<2' freetype-py trimesh networkx
"""
import os
from importlib.util import find_spec
from typing import Any, Optional, Tuple

import numpy as np

from ajahr_mm.rendering import Camera, Mesh

INSTALL = ("pip install --no-deps pyrender && "
           "pip install six imageio 'PyOpenGL>=3.1.7' 'pyglet<2' freetype-py trimesh networkx")


def missing() -> Optional[str]:
    """Why pyrender cannot draw here, or None."""
    if find_spec('pyrender') is None:
        return f'pyrender is not installed ({INSTALL})'
    try:
        peer = Pyrender(Mesh([[0, 1, 2]]), (8, 8))
        peer.render(np.float32([[0, 0, 1], [0, 1, 1], [1, 0, 1]]), Camera([9, 9, 4, 4], (8, 8)))
        peer.close()
    except Exception as error:  # its libraries raise whatever they like
        return f'pyrender cannot draw here ({type(error).__name__}: {str(error).splitlines()[0] if str(error) else ""})'
    return None


class Pyrender:
    """As much of our interface as is timed: colour and depth of one picture, four samples a pixel.

    Its scene is built anew for each picture, as its users do. ``size`` is (H, W) in px.
    """

    def __init__(self, mesh: Mesh, size: Tuple[int, int]) -> None:
        os.environ.setdefault('PYOPENGL_PLATFORM', 'egl')
        import pyrender
        self.library, self.mesh = pyrender, mesh
        self.renderer = pyrender.OffscreenRenderer(size[1], size[0])
        if mesh.uv is not None:  # a vertex on a seam becomes several
            pairs = mesh.faces.reshape(-1).astype(np.int64) * len(mesh.uv) + mesh.uv_faces.reshape(-1)
            pairs, index = np.unique(pairs, return_inverse=True)
            self.vertex, self.spots = np.divmod(pairs, len(mesh.uv))
            self.faces, self.uv = index.reshape(-1, 3), mesh.uv[self.spots] * [1, -1] + [0, 1]

    def render(self, vertices: np.ndarray, camera: Camera, want: Any = None, vertex_color: Optional[np.ndarray] = None,
               texture: Optional[np.ndarray] = None) -> Tuple[np.ndarray, np.ndarray]:
        """Vertices (V,3) in our camera frame -> colour (H,W,4) uint8 and depth (H,W) in metres, 0 = empty.

        Grey under a lamp; with ``vertex_color`` (V,3) float, or that times a ``texture`` (h,w,3) uint8, unlit.
        """
        library, (fx, fy, cx, cy) = self.library, camera.K[0].tolist()
        flags = library.RenderFlags.RGBA | (library.RenderFlags.NONE if vertex_color is None else library.RenderFlags.FLAT)
        scene = library.Scene(ambient_light=[.4] * 3, bg_color=[0, 0, 0, 0])
        scene.add(self._surface(vertices * np.float32([1, -1, -1]), vertex_color, texture))
        depth = vertices[:, 2]
        scene.add(library.IntrinsicsCamera(fx, fy, cx, cy, max(.01, .9 * float(depth.min())), 1.1 * float(depth.max())))
        scene.add(library.DirectionalLight(intensity=3.))
        return self.renderer.render(scene, flags)

    def _surface(self, points: np.ndarray, color: Optional[np.ndarray], texture: Optional[np.ndarray]) -> Any:
        library = self.library
        if color is None:
            import trimesh
            return library.Mesh.from_trimesh(trimesh.Trimesh(points, self.mesh.faces, process=False))
        if texture is None:
            corners = dict(positions=points, color_0=color, indices=self.mesh.faces)
            material = library.MetallicRoughnessMaterial()
        else:
            corners = dict(positions=points[self.vertex], color_0=color[self.vertex], texcoord_0=self.uv, indices=self.faces)
            material = library.MetallicRoughnessMaterial(
                baseColorTexture=library.Texture(source=texture, source_channels='RGB'))
        return library.Mesh([library.Primitive(material=material, **corners)])

    def close(self) -> None:
        self.renderer.delete()
