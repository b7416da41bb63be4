"""The interface of all renderers: mesh, camera and appearance in, a frame out; and the door to them by name."""
from abc import ABC, abstractmethod
from importlib.util import find_spec
from typing import Any, Collection, Dict, List, Optional, Tuple, Union

import torch
from torch import Tensor

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import RENDERERS
from ajahr_mm.rendering.arrays import Array, as_tensor
from ajahr_mm.rendering.camera import Camera
from ajahr_mm.rendering.frame import Frame
from ajahr_mm.rendering.light import Light
from ajahr_mm.rendering.mesh import Mesh
from ajahr_mm.rendering.processes import one_thread_if_forked
from ajahr_mm.rendering.scene import Scene, check_texture

BUFFERS = ('rgb', 'depth', 'face', 'normal')
NAMES = {'warp': 'WarpRenderer', 'torch': 'TorchRenderer', 'gl': 'GLRenderer'}


class Renderer(ABC):
    """Draws one topology again and again; see :func:`make_renderer` and ``docs/rendering.md``.

    Colour and alpha average ``samples`` x ``samples`` points a pixel; depth, face and normal are those of one point.
    ``ids_at='center'`` takes the pixel's centre, which costs a z-buffer of its own where ``samples`` is more than 1;
    ``ids_at='sample'`` one of the colour's points, the one at the centre if ``samples`` is odd, else the one
    1 / (2 ``samples``) px to its right and below it.

    A face with a corner nearer than 1 cm or behind the camera is dropped, not clipped. Back faces are not drawn unless
    ``two_sided``. Nothing is started before the first render call, so a renderer may be made before a fork and used after
    it, or be pickled. ``with`` or :meth:`close` gives back what it holds.

    Raises UserError for a bad argument, ImportError if the backend is not installed.
    """
    name = ''

    def __init__(self, mesh: Mesh, device: Union[str, torch.device] = 'cpu', samples: int = 2,
                 two_sided: bool = False, ids_at: str = 'center') -> None:
        if ids_at not in ('center', 'sample'):
            raise UserError(f"ids_at must be 'center' or 'sample', got {ids_at!r}")
        if samples not in range(1, 9):
            raise UserError(f'samples must be 1 to 8 points along a pixel side, got {samples}')
        self.mesh, self.samples, self.two_sided = mesh, int(samples), bool(two_sided)
        self.ids_at = ids_at
        self.device = _device(device)
        self.faces = as_tensor('faces', mesh.faces, torch.int32, self.device)
        self.uv = self.uv_faces = self.texture = None
        if mesh.uv is not None:
            self.uv = as_tensor('uv', mesh.uv, torch.float32, self.device)
            self.uv_faces = as_tensor('uv_faces', mesh.uv_faces, torch.int32, self.device)
        if mesh.texture is not None:
            self.texture = check_texture(mesh.texture, None, self.device)

    @abstractmethod
    def draw(self, scene: Scene, want: Collection[str]) -> Dict[str, Tensor]:
        """The wanted buffers of a scene; ``rgb`` brings ``alpha`` along."""

    def passes(self, want: Collection[str]) -> List[Tuple[int, Collection[str]]]:
        """The z-buffers to draw: points along a pixel side, and the buffers to read from it (``alpha`` among them).

        What is not averaged is read at point (n // 2, n // 2) of the n x n points of a pixel.
        """
        colors, ids = [name for name in ('rgb', 'alpha') if 'rgb' in want], sorted(set(want) - {'rgb'})
        if self.ids_at == 'sample' or self.samples == 1:
            return [(self.samples, colors + ids)]
        return [(count, names) for count, names in ((1, ids), (self.samples, colors)) if names]

    def empty_buffers(self, scene: Scene, want: Collection[str]) -> Dict[str, Tensor]:
        """The wanted buffers of pictures in which nothing is."""
        kinds = dict(rgb=((3,), 0, torch.uint8), alpha=((), 0, torch.uint8), depth=((), 0, torch.float32),
                     face=((), -1, torch.int32), normal=((3,), 0, torch.float32))
        return {name: torch.full((len(scene.screen), *scene.size, *last), value, dtype=dtype, device=self.device)
                for name, (last, value, dtype) in kinds.items() if name in want or (name == 'alpha' and 'rgb' in want)}

    def needs_normals(self, scene: Scene, want: Collection[str]) -> bool:
        return 'normal' in want or ('rgb' in want and scene.lit)

    def close(self) -> None:
        """Gives back what lives outside Python (an OpenGL context); a later render call starts anew."""

    def __enter__(self) -> 'Renderer':
        return self

    def __exit__(self, *reason: Any) -> None:
        self.close()

    def render(self, vertices: Array, camera: Camera, light: Optional[Light] = None, want: Collection[str] = BUFFERS,
               vertex_color: Optional[Array] = None, texture: Optional[Array] = None,
               face_mask: Optional[Array] = None) -> Frame:
        """Draws vertices (B,V,3) or (V,3), metres, camera frame, numpy or torch; the frame has the same kind.

        ``vertex_color`` (V,3) or (B,V,3), uint8 or float 0..1, and ``texture`` (h,w,3) or (B,h,w,3) uint8 replace the
        mesh's own in this call; ``face_mask`` (F,) or (B,F) bool hides faces where it is False.
        ``want`` names the buffers to fill: any of rgb (with alpha), depth, face, normal.
        """
        unknown = set(want) - set(BUFFERS)
        if unknown or not want:
            raise UserError(f'want must name some of {", ".join(BUFFERS)}, got {sorted(want)}')
        with torch.no_grad(), one_thread_if_forked():
            scene = Scene.check(self.mesh, self.device, vertices, camera, light or Light(),
                                self.mesh.vertex_color if vertex_color is None else vertex_color,
                                texture, face_mask)
            if texture is None:
                scene.texture = self.texture
            buffers = self.draw(scene, want)
        if not isinstance(vertices, Tensor):
            buffers = {name: value.cpu().numpy() for name, value in buffers.items()}
        return Frame(camera=camera, mesh=self.mesh, **buffers)


def make_renderer(mesh: Mesh, name: str = 'auto', device: Union[str, torch.device] = 'cpu', samples: int = 2,
                  two_sided: bool = False, ids_at: str = 'center') -> Renderer:
    """A renderer by name: ``warp`` (fast), ``torch`` (reference, no extra package), ``gl`` (OpenGL, for huge pictures),
    or ``auto`` = warp if installed, else torch.

    Any other name is looked up as a type in the registry ``RENDERERS``. Raises UserError for an unknown name.
    """
    if name == 'auto':
        name = 'warp' if find_spec('warp') is not None else 'torch'
    kind = NAMES.get(name, name)
    if not isinstance(kind, str) or RENDERERS.get(kind) is None:
        raise UserError(f'unknown renderer {name!r}: take auto, {", ".join(NAMES)} or a type registered in RENDERERS')
    return RENDERERS.build(dict(type=kind, mesh=mesh, device=device, samples=samples, two_sided=two_sided,
                               ids_at=ids_at))


def _device(name: Union[str, torch.device]) -> torch.device:
    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (RuntimeError, TypeError, AssertionError) as error:
        raise UserError(f'device {str(name)!r} cannot be used here: {str(error).splitlines()[0]}') from None
    return device
