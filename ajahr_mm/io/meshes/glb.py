"""A mesh as a binary glTF 2.0 file, for viewers and browsers."""
from pathlib import Path
from typing import Any, Dict, Optional, Union

import numpy as np

from ajahr_mm.io.meshes.glb_writer import ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER, GlbWriter
from ajahr_mm.io.meshes.material import Material, add_material, linear
from ajahr_mm.io.meshes.surface import Surface, make_surface


def write_glb(path: Union[str, Path], vertices: np.ndarray, faces: np.ndarray, colors: Optional[np.ndarray] = None,
              name: str = 'body', extras: Optional[Dict[str, Any]] = None, uv: Optional[np.ndarray] = None,
              uv_faces: Optional[np.ndarray] = None, material: Optional[Material] = None) -> None:
    """Writes one mesh with smooth normals.

    Args:
        vertices: (V,3) metres, y up.  faces: (F,3).  colors: (V,3) sRGB in 0..1.
        extras: JSON-able facts kept in the mesh node (for instance the camera translation).
        uv, uv_faces: texture coordinates, see :func:`ajahr_mm.io.meshes.surface.make_surface`.
        material: None for a dull light grey, or white under colours.

    Raises:
        UserError: not a mesh, or extras that JSON cannot hold.
    """
    writer = GlbWriter()
    mesh = add_mesh(writer, make_surface(vertices, faces, colors, uv, uv_faces).split_at_seams(), name, material)
    node = writer.add('nodes', mesh=mesh, name=name, extras=extras or None)
    writer.document.update(scene=0, scenes=[dict(nodes=[node])])
    writer.save(path)


def add_mesh(writer: GlbWriter, surface: Surface, name: str, material: Optional[Material] = None,
             **attributes: np.ndarray) -> int:
    """Appends a surface that is split at its seams, with further vertex columns such as ``JOINTS_0``: the mesh's index."""
    columns = dict(POSITION=writer.column(surface.vertices, ARRAY_BUFFER, bounds=True),
                   NORMAL=writer.column(surface.normals, ARRAY_BUFFER))
    if surface.colors is not None:
        rgba = np.concatenate([linear(surface.colors), np.ones((len(surface.colors), 1))], 1)
        columns['COLOR_0'] = writer.column(np.round(255 * rgba).astype(np.uint8), ARRAY_BUFFER, normalized=True)
    if surface.uv is not None:  # glTF counts v from the top of the picture
        columns['TEXCOORD_0'] = writer.column((surface.uv * [1, -1] + [0, 1]).astype(np.float32), ARRAY_BUFFER)
    columns.update({key: writer.column(values, ARRAY_BUFFER) for key, values in attributes.items()})
    indices = writer.column(surface.faces.reshape(-1).astype(np.uint32), ELEMENT_ARRAY_BUFFER)
    look = add_material(writer, material or Material(), surface.colors is not None, surface.uv is not None)
    return writer.add('meshes', name=name, primitives=[dict(attributes=columns, indices=indices, material=look)])
