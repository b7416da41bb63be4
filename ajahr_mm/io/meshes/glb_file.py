"""Reading binary glTF 2.0: the JSON document and its columns of numbers, every index and length checked."""
import json
import struct
from typing import Any, Dict, Optional

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.meshes.glb_writer import BIN_CHUNK, COMPONENTS, JSON_CHUNK, KINDS, MAGIC

_DTYPES = {number: np.dtype(name).newbyteorder('<') for name, number in COMPONENTS.items()}
#: Extensions a file may require that change nothing of what is read here, or are handled.
_HARMLESS = ('KHR_materials_', 'KHR_texture_transform', 'KHR_mesh_quantization', 'KHR_lights_punctual')


class GlbFile:
    """The content of a GLB. Nothing outside of it is ever read.

    Raises UserError, or one of the errors that :func:`ajahr_mm.io.meshes.reading.naming` makes one of.
    """

    def __init__(self, data: bytes) -> None:
        if data[:4] != MAGIC:
            raise UserError('it does not begin with "glTF"; give a binary .glb file')
        version, length = struct.unpack_from('<II', data, 4)
        if version != 2:
            raise UserError(f'it has glTF version {version}, only 2 is known')
        if length > len(data):
            raise UserError(f'it breaks off: {length} bytes were announced, {len(data)} are there')
        chunks: Dict[bytes, bytes] = {}
        start = 12
        while start + 8 <= length:
            size, kind = struct.unpack_from('<I4s', data, start)
            if start + 8 + size > length:
                raise UserError('it breaks off in the middle of a chunk')
            chunks.setdefault(kind, data[start + 8:start + 8 + size])
            start += 8 + size
        document = json.loads(chunks[JSON_CHUNK].decode('utf-8'))
        if not isinstance(document, dict):
            raise UserError('its JSON is not an object')
        self.document: Dict[str, Any] = document
        self.blob = chunks.get(BIN_CHUNK, b'')
        for name in document.get('extensionsRequired', []):
            if not str(name).startswith(_HARMLESS):
                raise UserError(f'it requires the extension {name}, which is not known here; save it without')

    def entry(self, table: str, index: Any) -> Dict[str, Any]:
        """Entry ``index`` of a table such as ``nodes``."""
        rows = self.document.get(table, [])
        if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < len(rows):
            raise UserError(f'it names entry {index} of {table}, which has {len(rows)}')
        if not isinstance(rows[index], dict):
            raise UserError(f'entry {index} of {table} is not an object')
        return rows[index]

    def column(self, index: Any, *kinds: str) -> np.ndarray:
        """The numbers of an accessor of one of these kinds: (N,) for SCALAR, else (N,width); normalized ones as floats."""
        accessor = self.entry('accessors', index)
        if accessor['type'] not in kinds:
            raise UserError(f'accessor {index} is {accessor["type"]} where {" or ".join(kinds)} was expected')
        if 'sparse' in accessor or 'bufferView' not in accessor:
            raise UserError(f'accessor {index} is sparse or empty, which is not read here')
        view = self.entry('bufferViews', accessor['bufferView'])
        if view['buffer'] != 0 or 'uri' in self.entry('buffers', 0):
            raise UserError('its numbers lie in another file, which is never opened; save it as one self-contained .glb')
        dtype, width = _DTYPES[accessor['componentType']], KINDS[accessor['type']]
        begin, size = _count(view, 'byteOffset', 0), _count(view, 'byteLength')
        offset, count = _count(accessor, 'byteOffset', 0), _count(accessor, 'count')
        stride = _count(view, 'byteStride', dtype.itemsize * width)
        used = offset + stride * (count - 1) + dtype.itemsize * width
        if count < 1 or stride < dtype.itemsize * width or used > size or begin + size > len(self.blob):
            raise UserError(f'accessor {index} ({count} x {accessor["type"]}) does not fit into the {len(self.blob)} bytes '
                            'of the file')
        values = np.ndarray((count, width), dtype, self.blob, begin + offset, (stride, dtype.itemsize))
        values = values.astype(dtype.newbyteorder('='))
        if accessor.get('normalized') and dtype.kind != 'f':
            values = np.maximum(values / np.float32(np.iinfo(dtype).max), -1).astype(np.float32)
        if values.dtype.kind == 'f' and not np.isfinite(values).all():
            raise UserError(f'accessor {index} holds numbers that are not finite')
        return values[:, 0] if width == 1 else values

    def parents(self) -> Dict[int, int]:
        """Node -> its parent, -1 for roots. Raises UserError for a node with two parents or below itself."""
        rows = self.document.get('nodes', [])
        above = {node: -1 for node in range(len(rows))}
        for node in above:
            for child in self.entry('nodes', node).get('children', []):
                self.entry('nodes', child)
                if above[child] != -1:
                    raise UserError(f'node {child} hangs on two others')
                above[child] = node
        walk = {-1: -1}  # node -> the walk towards a root that came by first
        for start in above:
            node = start
            while node not in walk:
                walk[node] = start
                node = above[node]
                if walk.get(node) == start:
                    raise UserError(f'node {node} hangs below itself')
        return above

    def matrix(self, node: int) -> np.ndarray:
        """(4,4) transform of a node relative to its parent."""
        entry = self.entry('nodes', node)
        if 'matrix' in entry:
            matrix = np.array(entry['matrix'], np.float64).reshape(4, 4).T
        else:
            from scipy.spatial.transform import Rotation
            matrix = np.eye(4)
            turn = Rotation.from_quat(np.array(entry.get('rotation', [0, 0, 0, 1]), np.float64)).as_matrix()
            matrix[:3, :3] = turn * np.array(entry.get('scale', [1, 1, 1]), np.float64)
            matrix[:3, 3] = entry.get('translation', [0, 0, 0])
        if not np.isfinite(matrix).all():
            raise UserError(f'node {node} has a transform that is not finite')
        return matrix


def _count(entry: Dict[str, Any], key: str, default: Optional[int] = None) -> int:
    value = entry[key] if default is None else entry.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise UserError(f'{key} is {value!r}, not a count')
    return value
