"""Writing tar shards in the layout of :mod:`ajahr_mm.io.shards`."""
import io
import json
import tarfile
from pathlib import Path
from typing import Mapping, Union

import numpy as np

from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.io.npz_bytes import npz_bytes
from ajahr_mm.io.shards import check_people


class ShardWriter:
    """Writes one shard, whole or absent; the same samples give the same bytes.

        with ShardWriter('000000.tar') as shard:
            shard.add('000017', jpeg, dict(center=np.zeros((1, 2)), gender=np.array(['f'])))
    """

    def __init__(self, path: Union[str, Path]) -> None:
        self._target = atomic_path(path)
        self.samples = self.people = 0

    def __enter__(self) -> 'ShardWriter':
        self._tar = tarfile.open(self._target.__enter__(), 'w', format=tarfile.PAX_FORMAT)
        return self

    def __exit__(self, kind, value, traceback) -> None:
        try:
            if kind is None:
                self._tar.close()  # writes the end mark
            else:
                self._tar.fileobj.close()
        except BaseException as error:  # the disk is full
            self._target.__exit__(type(error), error, error.__traceback__)
            raise
        self._target.__exit__(kind, value, traceback)

    def add(self, key: str, image: bytes, people: Mapping[str, np.ndarray], suffix: str = 'jpg',
            more: Mapping[str, bytes] = {}) -> None:
        """One picture (a file's bytes), its people as columns (P, …), and further members by suffix."""
        columns = check_people({name: np.asarray(column) for name, column in people.items()}, key)
        texts = {name: column.tolist() for name, column in columns.items() if column.dtype.kind == 'U'}
        numbers = {name: column for name, column in columns.items() if name not in texts}
        self._write(f'{key}.{suffix}', image)
        if numbers:
            self._write(f'{key}.npz', npz_bytes(numbers))
        if texts:
            self._write(f'{key}.json', json.dumps(texts, ensure_ascii=False, sort_keys=True).encode())
        for name, data in more.items():
            self._write(f'{key}.{name}', data)
        self.samples += 1
        self.people += len(next(iter(people.values()), ()))

    def _write(self, name: str, data: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        self._tar.addfile(info, io.BytesIO(data))
