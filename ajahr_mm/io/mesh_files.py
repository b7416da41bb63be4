"""Triangle meshes to files: GLB for viewers, OBJ and PLY for tools.

All writers take a mesh in metres, y up, faces counter-clockwise seen from outside, and write atomically.
A limb that was collapsed into a point is contracted first, so that no file carries degenerate faces.
"""
from pathlib import Path
from typing import Any, Callable, Dict, Optional, Tuple, Union

import numpy as np

from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.io.errors import UserError

#: Edges shorter than this are contracted (metres). Float32 leaves about 1e-7 m between the vertices of a collapsed limb.
CONTRACT_BELOW = 1e-5


def camera_to_y_up(points: np.ndarray) -> np.ndarray:
    """Camera axes (x right, y down, z forward) -> viewer axes (x right, y up, z backward). ``(…,3)`` in and out.

    A half turn about x: handedness and the orientation of faces are kept.
    """
    return np.asarray(points) * np.array([1, -1, -1], np.float32)


def clean_mesh(vertices: np.ndarray, faces: np.ndarray,
               colors: Optional[np.ndarray] = None) -> Tuple[np.ndarray, np.ndarray, Optional[np.ndarray]]:
    """Contracts vanishing edges, drops faces without area, folded faces and vertices without a face.

    vertices (V,3), faces (F,3), colors (V,3) or None -> the same three, smaller or equal. A closed mesh stays closed.
    Raises ValueError for a mesh that is not one (shapes, non-finite numbers, indices out of range, nothing left).
    """
    vertices, faces = np.asarray(vertices, np.float32), np.asarray(faces, np.int64)
    if vertices.ndim != 2 or vertices.shape[1] != 3 or faces.ndim != 2 or faces.shape[1] != 3:
        raise ValueError(f'a mesh needs vertices (V,3) and faces (F,3), got {vertices.shape} and {faces.shape}')
    if not np.isfinite(vertices).all():
        raise ValueError('the mesh has vertices that are not finite')
    if len(faces) and (faces.min() < 0 or faces.max() >= len(vertices)):
        raise ValueError(f'the mesh has {len(vertices)} vertices, but its faces name others')
    if colors is not None and np.shape(colors) != vertices.shape:
        raise ValueError(f'colors {np.shape(colors)} do not fit {len(vertices)} vertices: one (r, g, b) each')

    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    length = np.linalg.norm(vertices[edges[:, 0]] - vertices[edges[:, 1]], axis=1)
    faces = _merge(edges[length < CONTRACT_BELOW], len(vertices))[faces]
    corners = vertices[faces].astype(np.float64)
    doubled_area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    faces = _without_folds(faces[doubled_area > 0])
    if not len(faces):
        raise ValueError('the mesh has no face with an area')
    used, faces = np.unique(faces, return_inverse=True)
    faces = faces.reshape(-1, 3)  # numpy 1.x flattens the inverse, numpy 2.x does not
    return vertices[used], faces, None if colors is None else np.asarray(colors, np.float32)[used]


def _merge(pairs: np.ndarray, count: int) -> np.ndarray:
    """Smallest vertex index of each group of vertices that ``pairs`` (P,2) connect: (count,)."""
    label = np.arange(count)
    while True:
        before = label.copy()
        smallest = np.minimum(label[pairs[:, 0]], label[pairs[:, 1]])
        np.minimum.at(label, pairs[:, 0], smallest)
        np.minimum.at(label, pairs[:, 1], smallest)
        label = label[label]
        if np.array_equal(label, before):
            return label


def _without_folds(faces: np.ndarray) -> np.ndarray:
    """Drops pairs of faces that lie back to back on the same three vertices, as a contracted tube leaves them."""
    # Of the six orders of three vertices the even ones look one way, the odd ones the other.
    way = np.sign((faces - np.roll(faces, 1, axis=1)).prod(1))
    _, group = np.unique(np.sort(faces, axis=1), axis=0, return_inverse=True)
    group = group.reshape(-1)
    return faces[np.bincount(group, weights=way, minlength=len(faces))[group] != 0]


def vertex_normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Smooth unit normals (V,3) float32: face normals weighted by area. A vertex without a direction gets +y."""
    corners = vertices[faces].astype(np.float64)
    face_normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros((len(vertices), 3))
    for corner in range(3):
        np.add.at(normals, faces[:, corner], face_normals)
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    normals = np.where(length > 1e-20, normals / np.maximum(length, 1e-20), [0.0, 1.0, 0.0])
    return normals.astype(np.float32)


def write_glb(path: Union[str, Path], vertices: np.ndarray, faces: np.ndarray, colors: Optional[np.ndarray] = None,
              name: str = 'body', extras: Optional[Dict[str, Any]] = None) -> None:
    """Writes a binary glTF 2.0 with smooth normals.

    Args:
        vertices: (V,3) metres, y up.  faces: (F,3).
        colors: (V,3) sRGB in 0..1, or None for a plain light grey.
        extras: JSON-able facts kept in the mesh node (for instance the camera translation).
    Raises:
        ValueError: not a mesh.  ImportError: pygltflib is not installed.
    """
    try:
        import pygltflib as gltf
    except ImportError as error:
        raise ImportError('GLB files need pygltflib: pip install pygltflib==1.16.5') from error

    vertices, faces, colors = clean_mesh(vertices, faces, colors)
    columns = [('POSITION', vertices, gltf.FLOAT, gltf.VEC3),
               ('NORMAL', vertex_normals(vertices, faces), gltf.FLOAT, gltf.VEC3)]
    if colors is not None:
        columns.append(('COLOR_0', _linear_rgba(colors), gltf.UNSIGNED_BYTE, gltf.VEC4))
    columns.append(('indices', faces.astype(np.uint32).reshape(-1), gltf.UNSIGNED_INT, gltf.SCALAR))

    blob, views, accessors = b'', [], []
    for key, values, component, kind in columns:
        data = np.ascontiguousarray(values).tobytes()
        target = gltf.ELEMENT_ARRAY_BUFFER if key == 'indices' else gltf.ARRAY_BUFFER
        views.append(gltf.BufferView(buffer=0, byteOffset=len(blob), byteLength=len(data), target=target))
        bounds = {}
        if key == 'POSITION':  # required by the standard
            bounds = dict(min=values.min(0).tolist(), max=values.max(0).tolist())
        accessors.append(gltf.Accessor(bufferView=len(views) - 1, componentType=component, count=len(values),
                                       type=kind, normalized=key == 'COLOR_0', **bounds))
        blob += data  # every column is a multiple of 4 bytes long, as the standard asks
    attributes = {key: i for i, (key, *_) in enumerate(columns) if key != 'indices'}
    material = gltf.Material(pbrMetallicRoughness=gltf.PbrMetallicRoughness(
        baseColorFactor=[1, 1, 1, 1] if colors is not None else [.8, .8, .8, 1], metallicFactor=0, roughnessFactor=.75))
    primitive = gltf.Primitive(attributes=gltf.Attributes(**attributes), indices=len(columns) - 1, material=0)
    document = gltf.GLTF2(
        asset=gltf.Asset(version='2.0', generator='ajahr_mm'), scene=0, scenes=[gltf.Scene(nodes=[0])],
        nodes=[gltf.Node(mesh=0, name=name, extras=extras or {})],
        meshes=[gltf.Mesh(name=name, primitives=[primitive])], materials=[material],
        accessors=accessors, bufferViews=views, buffers=[gltf.Buffer(byteLength=len(blob))])
    document.set_binary_blob(blob)
    with atomic_path(path) as temporary:
        document.save_binary(str(temporary))


def _linear_rgba(colors: np.ndarray) -> np.ndarray:
    """sRGB (V,3) in 0..1 -> linear RGBA (V,4) uint8, the space glTF defines for vertex colours."""
    srgb = np.clip(colors, 0, 1)
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    rgba = np.concatenate([linear, np.ones((len(linear), 1))], axis=1)
    return np.round(255 * rgba).astype(np.uint8)


def write_obj(path: Union[str, Path], vertices: np.ndarray, faces: np.ndarray,
              colors: Optional[np.ndarray] = None) -> None:
    """Writes a Wavefront OBJ with smooth normals; colours follow the coordinates on the ``v`` lines, as MeshLab reads them."""
    vertices, faces, colors = clean_mesh(vertices, faces, colors)
    columns = vertices if colors is None else np.concatenate([vertices, np.clip(colors, 0, 1)], axis=1)
    with atomic_path(path) as temporary, open(temporary, 'w', encoding='ascii') as file:
        file.write('# metres, y up\n')
        np.savetxt(file, columns, fmt='v' + ' %.6f' * columns.shape[1])
        np.savetxt(file, vertex_normals(vertices, faces), fmt='vn %.5f %.5f %.5f')
        np.savetxt(file, np.repeat(faces + 1, 2, axis=1), fmt='f %d//%d %d//%d %d//%d')


def write_ply(path: Union[str, Path], vertices: np.ndarray, faces: np.ndarray,
              colors: Optional[np.ndarray] = None) -> None:
    """Writes a binary little-endian PLY with smooth normals and 8-bit sRGB colours."""
    vertices, faces, colors = clean_mesh(vertices, faces, colors)
    fields = [('x', '<f4'), ('y', '<f4'), ('z', '<f4'), ('nx', '<f4'), ('ny', '<f4'), ('nz', '<f4')]
    values = [*vertices.T, *vertex_normals(vertices, faces).T]
    if colors is not None:
        fields += [('red', 'u1'), ('green', 'u1'), ('blue', 'u1')]
        values += list(np.round(255 * np.clip(colors, 0, 1)).astype(np.uint8).T)
    points = np.empty(len(vertices), fields)
    for (field, _), column in zip(fields, values):
        points[field] = column
    triangles = np.empty(len(faces), [('count', 'u1'), ('index', '<i4', 3)])
    triangles['count'], triangles['index'] = 3, faces
    names = {'<f4': 'float', 'u1': 'uchar'}
    header = ['ply', 'format binary_little_endian 1.0', 'comment metres, y up', f'element vertex {len(points)}',
              *(f'property {names[kind]} {field}' for field, kind in fields),
              f'element face {len(triangles)}', 'property list uchar int vertex_indices', 'end_header', '']
    with atomic_path(path) as temporary:
        temporary.write_bytes('\n'.join(header).encode('ascii') + points.tobytes() + triangles.tobytes())


WRITERS: Dict[str, Callable[..., None]] = {'.glb': write_glb, '.obj': write_obj, '.ply': write_ply}


def write_mesh(path: Union[str, Path], vertices: np.ndarray, faces: np.ndarray,
               colors: Optional[np.ndarray] = None) -> None:
    """Writes GLB, OBJ or PLY, as the suffix says. Raises UserError for another suffix."""
    suffix = Path(path).suffix.lower()
    if suffix not in WRITERS:
        raise UserError(f'cannot write a mesh to {path}: choose a name that ends in {", ".join(WRITERS)}')
    WRITERS[suffix](path, vertices, faces, colors)
