"""What one renderer keeps in OpenGL: programs, buffers and the pictures they are drawn into."""
import os
from typing import Any, Dict, Optional, Tuple

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.rendering import gl_shaders
from ajahr_mm.rendering.gl_context import open_context

#: Floats of a corner: place in the picture, position, normal, colour.
CORNER = ('3f 3f 3f 3f', 'ndc', 'position', 'normal', 'color')


class Stage:
    """One context and all that lives in it.

    Args:
        index: (F,3) int32 corners of the faces.
        uv: (N,2) float32 of the N corners.
        samples: colour averages samples x samples points a pixel. Even numbers use four multisamples a pixel of a
            picture samples/2 times as fine; odd ones draw it samples times as fine.

    Methods are called under ``with stage.context``.
    """

    def __init__(self, index: np.ndarray, uv: np.ndarray, samples: int) -> None:
        self.context, self._process = open_context(), os.getpid()
        self.multisamples, self.block = (4, samples // 2) if samples % 2 == 0 else (1, samples)
        self._index, self._all_faces = index, True
        with self.context as gl:
            gl.enable(gl.DEPTH_TEST | gl.CULL_FACE)
            # Row 0 of the picture is OpenGL's lowest, so nothing is flipped when it is read, but windings are.
            gl.front_face = 'cw'
            self._corners = gl.buffer(reserve=48 * len(uv), dynamic=True)
            self._faces = gl.buffer(index.tobytes(), dynamic=True)
            uv_buffer = gl.buffer(uv.tobytes())
            content = [(self._corners, *CORNER), (uv_buffer, '2f', 'uv')]
            self._color, self._ids = (gl.program(gl_shaders.VERTEX, part) for part in (gl_shaders.COLOR, gl_shaders.IDS))
            self._draw_ids, self._draw_color = (
                gl.vertex_array(program, content, self._faces, index_element_size=4, skip_errors=True)
                for program in (self._ids, self._color))
            self._draw_resolved = gl.vertex_array(
                gl.program(gl_shaders.COVER, gl_shaders.resolve(self.multisamples, self.block)), [])
            self._limit = min(*gl.info['GL_MAX_VIEWPORT_DIMS'], gl.info['GL_MAX_TEXTURE_SIZE'])
        self._skin: Any = None
        self._skin_of: Optional[np.ndarray] = None
        self._size: Optional[Tuple[int, int]] = None
        self._pictures: Dict[str, Any] = {}

    def load(self, corners: np.ndarray, kept: Optional[np.ndarray]) -> None:
        """Corners (N,12) float32 as in ``CORNER``, and which faces (F,) bool to draw, None for all."""
        self._corners.write(np.ascontiguousarray(corners, np.float32))
        if kept is not None or not self._all_faces:
            # A face whose corners are one vertex is not drawn and still counts, so ids stay what they are.
            self._faces.write(self._index if kept is None else np.where(kept[:, None], self._index, np.int32(0)))
            self._all_faces = kept is None

    def draw_ids(self, size: Tuple[int, int], two_sided: bool, with_normal: bool, offset: float) -> Tuple[np.ndarray, ...]:
        """Picture (H,W): face + 1 and z (H,W,2) float32 with 0 where empty, and normal (H,W,3) float32 if wanted.

        They are those ``offset`` px right of and below the pixels' centres.
        """
        self._ids['shift'] = -2 * offset / size[1], -2 * offset / size[0]
        picture = self._picture('normal' if with_normal else 'ids', size)
        self._draw(picture, self._draw_ids, two_sided)
        parts = [np.empty((*size, count), np.float32) for count in ((2, 3) if with_normal else (2,))]
        for attachment, part in enumerate(parts):
            picture.read_into(part, components=part.shape[-1], attachment=attachment, dtype='f4', alignment=1)
        return tuple(parts)

    def draw_color(self, size: Tuple[int, int], two_sided: bool, light: np.ndarray,
                   texture: Optional[np.ndarray]) -> np.ndarray:
        """Picture (H,W) under ``light`` (3,3) with ``texture`` (h,w,3) uint8: straight colour and coverage (H,W,4) uint8.

        A texture that was the last one, too, is not uploaded again.
        """
        picture = self._picture('color', size)
        self._color['lamp'].write(np.ascontiguousarray(light))
        self._color['textured'] = texture is not None
        if texture is not None:
            if texture is not self._skin_of:
                self._load_texture(texture)
            self._skin.use(0)
        self._draw(picture, self._draw_color, two_sided)
        if self.multisamples * self.block > 1:
            fine, picture = picture, self._picture('resolved', size)
            fine.color_attachments[0].use(0)
            picture.use()
            self.context.disable(self.context.DEPTH_TEST | self.context.CULL_FACE)
            self._draw_resolved.render(vertices=3)
            self.context.enable(self.context.DEPTH_TEST)
        out = np.empty((*size, 4), np.uint8)
        picture.read_into(out, components=4, alignment=1)
        return out

    def release(self) -> None:
        """Gives the context and all in it back. A forked child leaves that to its parent."""
        if self._process == os.getpid():
            self.context.release()

    def _load_texture(self, texture: np.ndarray) -> None:
        if self._skin is not None:
            self._skin.release()
        self._skin = self.context.texture(texture.shape[1::-1], 3, np.ascontiguousarray(texture), alignment=1)
        self._skin.build_mipmaps()
        self._skin.filter = (self.context.LINEAR_MIPMAP_LINEAR, self.context.LINEAR)
        self._skin.repeat_x = self._skin.repeat_y = False
        self._skin_of = texture

    def _draw(self, picture: Any, faces: Any, two_sided: bool) -> None:
        (self.context.disable if two_sided else self.context.enable)(self.context.CULL_FACE)
        picture.use()
        picture.clear()
        faces.render()

    def _picture(self, name: str, size: Tuple[int, int]) -> Any:
        """Framebuffer ``name`` for pictures (H,W); those of the size before are let go."""
        if size != self._size:
            if max(size) * self.block > self._limit:
                raise UserError(f'OpenGL draws at most {self._limit} px a side here, a picture of {size[0]} x {size[1]} '
                                f'px needs {max(size) * self.block}')
            for old in self._pictures.values():
                for part in (*old.color_attachments, old.depth_attachment, old):
                    if part is not None:
                        part.release()
            self._size, self._pictures = size, {}
        if name not in self._pictures:
            self._pictures[name] = self._new_picture(name, size[1], size[0])
        return self._pictures[name]

    def _new_picture(self, name: str, width: int, height: int) -> Any:
        gl = self.context
        if name == 'resolved':
            return gl.framebuffer([gl.renderbuffer((width, height), 4)])
        if name == 'color':
            fine = width * self.block, height * self.block
            many = self.multisamples if self.multisamples > 1 else 0
            return gl.framebuffer([gl.texture(fine, 4, samples=many)], gl.depth_renderbuffer(fine, samples=many))
        size = width, height
        layers = [gl.renderbuffer(size, 2, dtype='f4')]
        if name == 'normal':
            layers.append(gl.renderbuffer(size, 4, dtype='f4'))
        return gl.framebuffer(layers, gl.depth_renderbuffer(size))
