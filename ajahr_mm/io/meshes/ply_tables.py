"""The tables of a PLY file: header, text rows, binary rows of either byte order, lists of any length."""
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple

import numpy as np

from ajahr_mm.io.errors import UserError

_TYPES = {'char': 'i1', 'uchar': 'u1', 'short': 'i2', 'ushort': 'u2', 'int': 'i4', 'uint': 'u4', 'float': 'f4',
          'double': 'f8', 'int8': 'i1', 'uint8': 'u1', 'int16': 'i2', 'uint16': 'u2', 'int32': 'i4', 'uint32': 'u4',
          'float32': 'f4', 'float64': 'f8'}
_ORDERS = {'ascii': '', 'binary_little_endian': '<', 'binary_big_endian': '>'}
_HEADER_LIMIT = 1 << 16


class Property(NamedTuple):
    """A property of the header; ``length`` is the type of the length of a list, None for a single number."""
    name: str
    kind: str
    length: Optional[str]


class Column(NamedTuple):
    """Numbers of one property: (N,), or all lists one after the other with their (N,) sizes."""
    values: np.ndarray
    sizes: Optional[np.ndarray]


Table = Dict[str, Column]
Element = Tuple[str, int, List[Property]]


def read_tables(data: bytes) -> Dict[str, Table]:
    """Element name -> property name -> column. Raises UserError or ValueError."""
    order, elements, start = _header(data)
    source = _Text(data[start:]) if order == '' else _Binary(data, start, order)
    return {name: source.table(count, properties) for name, count, properties in elements}


def _header(data: bytes) -> Tuple[str, List[Element], int]:
    """Byte order ('' for text), elements, where the body begins."""
    if data[:3] != b'ply':
        raise UserError('it does not begin with "ply"')
    end = data.find(b'end_header', 0, _HEADER_LIMIT)
    body = data.find(b'\n', end) + 1
    if end < 0 or body == 0:
        raise UserError('its header has no end')
    order, elements = None, []
    for line in data[:end].decode('ascii', 'replace').splitlines()[1:]:
        words = line.split()
        if not words or words[0] in ('comment', 'obj_info'):
            continue
        if words[0] == 'format':
            order = _ORDERS.get(words[1])
        elif words[0] == 'element':
            if not words[2].isdigit():
                raise UserError(f'it announces {words[2]!r} of {words[1]}')
            elements.append((words[1], int(words[2]), []))
        elif words[0] == 'property' and elements:
            listed = words[1] == 'list'
            elements[-1][2].append(Property(words[-1], _TYPES[words[-2]], _TYPES[words[2]] if listed else None))
        else:
            raise UserError(f'its header has the line {line!r}')
    if order is None:
        raise UserError('its header names no format, or an unknown one')
    return order, elements, body


def _columns(properties: List[Property], values: List[List[float]], sizes: List[List[int]]) -> Table:
    """Columns from the numbers and list lengths gathered row by row."""
    return {p.name: Column(np.array(numbers, p.kind if p.kind[0] == 'f' else np.int64).astype(p.kind),
                           None if p.length is None else np.array(lengths, np.int64))
            for p, numbers, lengths in zip(properties, values, sizes)}


def _rows(source: Iterator, count: int, properties: List[Property]) -> Table:
    """Reads row by row: ``source.take(count, kind)`` gives the next numbers."""
    values, sizes = [[] for _ in properties], [[] for _ in properties]
    for _ in range(count):
        for numbers, lengths, prop in zip(values, sizes, properties):
            size = 1 if prop.length is None else int(source.take(1, prop.length)[0])
            lengths.append(size)
            numbers.extend(source.take(size, prop.kind))
    return _columns(properties, values, sizes)


class _Text:
    def __init__(self, body: bytes) -> None:
        self.words, self.next = body.split(), 0

    def take(self, count: int, kind: str) -> List[float]:
        if not 0 <= count <= len(self.words) - self.next:
            raise UserError(f'it breaks off: {count} more numbers were announced, {len(self.words) - self.next} are there')
        self.next += count
        words = self.words[self.next - count:self.next]
        return [float(word) if kind[0] == 'f' else int(word) for word in words]

    def table(self, count: int, properties: List[Property]) -> Table:
        if any(p.length for p in properties):
            return _rows(self, count, properties)
        if count * len(properties) > len(self.words) - self.next:
            raise UserError(f'it breaks off: {count} rows were announced')
        flat = self.words[self.next:self.next + count * len(properties)]
        self.next += len(flat)
        width = len(properties)
        return {p.name: Column(np.array(flat[i::width], dtype='S').astype(np.float64).astype(p.kind), None)
                for i, p in enumerate(properties)}


class _Binary:
    def __init__(self, data: bytes, start: int, order: str) -> None:
        self.data, self.next, self.order = data, start, order

    def take(self, count: int, kind: str) -> List[float]:
        return self._array(count, np.dtype(self.order + kind)).tolist()

    def table(self, count: int, properties: List[Property]) -> Table:
        if not count or not properties:
            return _columns(properties, [[] for _ in properties], [[] for _ in properties])
        # Nearly always all lists are as long as those of the first row, and the rows are then read at once.
        start = self.next
        first = _rows(self, 1, properties)
        self.next = start
        fields = []
        for i, p in enumerate(properties):
            size = () if p.length is None else (int(first[p.name].sizes[0]),)
            fields += [] if p.length is None else [(f'length{i}', self.order + p.length)]
            fields.append((f'value{i}', self.order + p.kind, size))
        row = np.dtype(fields)
        if count * row.itemsize <= len(self.data) - start:
            rows, table = self._array(count, row), {}
            for i, p in enumerate(properties):
                sizes = None if p.length is None else rows[f'length{i}'].astype(np.int64)
                if sizes is not None and (sizes != sizes[0]).any():
                    break
                table[p.name] = Column(rows[f'value{i}'].reshape(-1).astype(p.kind), sizes)
            else:
                return table
            self.next = start
        return _rows(self, count, properties)

    def _array(self, count: int, kind: np.dtype) -> np.ndarray:
        if count < 0 or count * kind.itemsize > len(self.data) - self.next:
            raise UserError(f'it breaks off: {count * kind.itemsize} more bytes were announced, '
                            f'{len(self.data) - self.next} are there')
        self.next += count * kind.itemsize
        return np.frombuffer(self.data, kind, count, self.next - count * kind.itemsize)
