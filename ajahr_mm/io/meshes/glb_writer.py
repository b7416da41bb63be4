"""Writing binary glTF 2.0: tables of a JSON document and one block of numbers."""
import json
import struct
from pathlib import Path
from typing import Any, Dict, Optional, Union

import numpy as np

from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.io.errors import UserError

MAGIC, JSON_CHUNK, BIN_CHUNK = b'glTF', b'JSON', b'BIN\0'
#: glTF's numbers for the kinds of a column's elements.
COMPONENTS = {'int8': 5120, 'uint8': 5121, 'int16': 5122, 'uint16': 5123, 'uint32': 5125, 'float32': 5126}
KINDS = {'SCALAR': 1, 'VEC2': 2, 'VEC3': 3, 'VEC4': 4, 'MAT4': 16}
ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER = 34962, 34963


class GlbWriter:
    """Gathers columns and table entries; each ``add`` gives the index that other entries refer to."""

    def __init__(self) -> None:
        self.blob = bytearray()
        self.document: Dict[str, Any] = dict(asset=dict(version='2.0', generator='ajahr_mm'))

    def add(self, table: str, **entry: Any) -> int:
        """Appends an entry, without what is None, to a table such as ``nodes``."""
        rows = self.document.setdefault(table, [])
        rows.append({key: value for key, value in entry.items() if value is not None})
        return len(rows) - 1

    def view(self, data: bytes, target: Optional[int] = None) -> int:
        """Appends raw bytes as a buffer view."""
        start = len(self.blob)
        self.blob += data + bytes(-len(data) % 4)  # every column begins at a multiple of 4, as the standard asks
        return self.add('bufferViews', buffer=0, byteOffset=start, byteLength=len(data), target=target)

    def column(self, values: np.ndarray, target: Optional[int] = None, bounds: bool = False,
               normalized: bool = False) -> int:
        """Appends an accessor: values (N,), (N,2..4) or, for matrices, (N,16), of a type of ``COMPONENTS``."""
        values = np.ascontiguousarray(values)
        width = 1 if values.ndim == 1 else values.shape[1]
        kind = next(name for name, size in KINDS.items() if size == width)
        limits = [getattr(values, name)(0) for name in ('min', 'max')] if bounds else (None, None)
        low, high = (None if limit is None else np.atleast_1d(limit).tolist() for limit in limits)
        little = values.astype(values.dtype.newbyteorder('<'), copy=False)
        return self.add('accessors', bufferView=self.view(little.tobytes(), target), count=len(values), type=kind,
                        componentType=COMPONENTS[values.dtype.name], normalized=normalized or None, min=low, max=high)

    def save(self, path: Union[str, Path]) -> None:
        """Writes the file. Raises UserError for extras that JSON cannot hold."""
        document = dict(self.document, buffers=[dict(byteLength=len(self.blob))])
        try:
            text = json.dumps(document, allow_nan=False, separators=(',', ':')).encode('ascii')
        except (TypeError, ValueError) as error:
            raise UserError(f'{path} cannot be written: its extras must be plain lists, texts and finite numbers '
                            f'({error})') from None
        chunks = [(JSON_CHUNK, text + b' ' * (-len(text) % 4)), (BIN_CHUNK, bytes(self.blob))]
        length = 12 + sum(8 + len(data) for _, data in chunks)
        with atomic_path(path) as temporary, open(temporary, 'wb') as file:
            file.write(struct.pack('<4sII', MAGIC, 2, length))
            for kind, data in chunks:
                file.write(struct.pack('<I4s', len(data), kind) + data)
