"""The renderer on OpenGL, for very large pictures and mipmapped textures, where EGL and a driver are installed."""
import threading
import weakref
from typing import Any, Collection, Dict, Optional, Tuple

import numpy as np
import torch
from torch import Tensor

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import RENDERERS
from ajahr_mm.rendering.gl_context import refuse_fork
from ajahr_mm.rendering.gl_stage import Stage
from ajahr_mm.rendering.mesh import Mesh
from ajahr_mm.rendering.renderer import Renderer
from ajahr_mm.rendering.scene import GREY, Scene
from ajahr_mm.rendering.torch_shading import gathering_rounds, smooth_normals

#: The near and far planes stand this share of their distance outside the body.
MARGIN = 1e-3


@RENDERERS.register_module()
class GLRenderer(Renderer):
    """Renderer on OpenGL 3.3 by way of EGL (Linux); see :class:`Renderer` and :func:`make_renderer`.

    OpenGL snaps corners to 1/256 px, so a few silhouette pixels and one or two face ids in a thousand differ from the
    exact backends. Multisampling smooths edges, mipmaps the texture. Tensors pass through host memory, whatever
    ``device`` they are handed out on.

    The context is made at the first render call, in that process, and given back by :meth:`close` or with the
    renderer. Threads may share a renderer and take turns. A child forked after its parent has rendered this way gets a
    UserError; a spawned one renders.
    """
    name = 'gl'

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.mesh.num_faces >= 1 << 24:
            raise UserError(f'the gl renderer numbers at most {(1 << 24) - 1} faces, got {self.mesh.num_faces}')
        self._vertex, self._uv, self._index = _split(self.mesh)
        self._offset = (self.samples // 2 + .5) / self.samples - .5 if self.ids_at == 'sample' else 0
        self._own_texture = None if self.texture is None else _numpy(self.texture[0])
        self.rounds = gathering_rounds(self.mesh, self.device)
        self._begin()

    def _begin(self) -> None:
        self._lock, self._stage, self._give_back = threading.Lock(), None, None

    def __getstate__(self) -> Dict[str, Any]:
        return {name: value for name, value in self.__dict__.items()
                if name not in ('_lock', '_stage', '_give_back')}

    def __setstate__(self, state: Dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._begin()

    def close(self) -> None:
        with self._lock:
            if self._give_back is not None:
                self._give_back()
            self._stage = self._give_back = None

    def draw(self, scene: Scene, want: Collection[str]) -> Dict[str, Tensor]:
        refuse_fork()
        with self._lock:
            if self._stage is None:
                self._stage = Stage(self._index, self._uv, self.samples)
                self._give_back = weakref.finalize(self, self._stage.release)
            with self._stage.context:
                pictures = [self._draw_one(one, scene, want) for one in range(len(scene.vertices))]
        return {name: torch.from_numpy(np.stack([picture[name] for picture in pictures])).to(self.device)
                for name in pictures[0]}

    def _draw_one(self, one: int, scene: Scene, want: Collection[str]) -> Dict[str, np.ndarray]:
        """The wanted buffers of picture number ``one``."""
        stage, out = self._stage, {}
        stage.load(*self._corners(one, scene, want))
        if {'depth', 'face', 'normal'} & set(want):
            ids, *normal = stage.draw_ids(scene.size, self.two_sided, 'normal' in want, self._offset)
            if 'face' in want:
                out['face'] = ids[..., 0].astype(np.int32) - 1
            if 'depth' in want:
                out['depth'] = ids[..., 1]
            if normal:
                out['normal'] = normal[0]
        if 'rgb' in want:
            light, texture = scene.light[one % len(scene.light)], scene.texture
            if texture is not None:  # the mesh's own is always the same object, and uploaded once
                texture = self._own_texture if texture is self.texture else _numpy(texture[one % len(texture)])
            rgba = stage.draw_color(scene.size, self.two_sided, _numpy(light), texture)
            out['rgb'], out['alpha'] = rgba[..., :3], rgba[..., 3]
        return out

    def _corners(self, one: int, scene: Scene, want: Collection[str]) -> Tuple[np.ndarray, Optional[np.ndarray]]:
        """Corners (N,12) of picture ``one`` as in ``gl_stage.CORNER``, and which faces (F,) to draw, None for all."""
        count, (height, width) = self.mesh.num_vertices, scene.size
        points, screen = (_numpy(part[one, :count]) for part in (scene.vertices, scene.screen))
        drawable = screen[:, 2] > 0
        kept = None if drawable.all() else drawable[self.mesh.faces].all(1)
        if scene.visible is not None:
            visible = _numpy(scene.visible[one % len(scene.visible)]) > 0
            kept = visible if kept is None else kept & visible
        depth = np.where(drawable, points[:, 2], 1).astype(np.float64)
        # Tight planes: 24 bits of depth from 0.1 m to a body 40 m away would confuse its front and its back.
        near, far = (np.array([depth[drawable].min(), depth[drawable].max()]) if drawable.any() else (1, 1))
        near, far = near * (1 - MARGIN), far * (1 + MARGIN)
        corners = np.zeros((count, 12), np.float32)
        corners[:, 0] = screen[:, 0] * (2 / width) - 1
        corners[:, 1] = screen[:, 1] * (2 / height) - 1
        corners[:, 2] = (far + near - 2 * far * near / depth) / (far - near)
        corners[:, 3:6] = points
        corners[:, 5] = depth
        if self.needs_normals(scene, want):
            corners[:, 6:9] = _numpy(smooth_normals(scene.vertices[one:one + 1], self.faces, self.rounds)[0, :count])
        if scene.color is not None:
            corners[:, 9:] = _numpy(scene.color[one % len(scene.color), :count])
        else:
            corners[:, 9:] = GREY if scene.texture is None else 1
        return corners[self._vertex], kept


def _split(mesh: Mesh) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Corners that differ in vertex or uv: their vertex (N,) and uv (N,2), and faces (F,3) int32 that count them."""
    faces = mesh.faces.reshape(-1).astype(np.int64)
    if mesh.uv is None:
        count = mesh.num_vertices
        return np.arange(count), np.zeros((count, 2), np.float32), mesh.faces
    spots = mesh.uv_faces.reshape(-1)
    _, first, index = np.unique(faces * len(mesh.uv) + spots, return_index=True, return_inverse=True)
    return faces[first], mesh.uv[spots[first]], index.reshape(-1, 3).astype(np.int32)


def _numpy(values: Tensor) -> np.ndarray:
    return values.numpy(force=True)
