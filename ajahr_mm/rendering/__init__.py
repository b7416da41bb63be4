"""Meshes to pictures: colour, coverage, depth, face ids and normals, with no display and no system package."""
from ajahr_mm.rendering.camera import Camera
from ajahr_mm.rendering.compositing import composite, overlay
from ajahr_mm.rendering.frame import Frame
from ajahr_mm.rendering.gl_renderer import GLRenderer
from ajahr_mm.rendering.light import Light
from ajahr_mm.rendering.mesh import Mesh
from ajahr_mm.rendering.renderer import Renderer, make_renderer
from ajahr_mm.rendering.torch_renderer import TorchRenderer
from ajahr_mm.rendering.visibility import occluded
from ajahr_mm.rendering.warp_renderer import WarpRenderer

__all__ = ['Camera', 'Frame', 'GLRenderer', 'Light', 'Mesh', 'Renderer', 'TorchRenderer', 'WarpRenderer', 'composite',
           'make_renderer', 'occluded', 'overlay']
