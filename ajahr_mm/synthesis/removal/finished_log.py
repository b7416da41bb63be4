"""Which pictures are finished: a file that grows by a line for each, and survives being killed while it does."""
import json
import os
from pathlib import Path
from typing import Dict

from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.io.errors import UserError

NAME = 'finished.jsonl'


class FinishedLog:
    """``finished.jsonl`` in a folder of results. Its first line says what made them; then a JSON object for each picture.

    Args:
        folder: of the results.
        settings: JSON-able; decides what is in the results.

    Attributes:
        records: path of the picture -> record.

    Raises:
        UserError: the folder holds results of other settings, or other files.
    """

    def __init__(self, folder: Path, settings: dict) -> None:
        self.path, self.records = Path(folder) / NAME, {}
        if not self.path.exists():
            if self.path.parent.exists() and (not self.path.parent.is_dir() or any(self.path.parent.iterdir())):
                raise UserError(f'{folder} exists and holds other files; delete it or choose another folder')
            with atomic_path(self.path) as temporary:
                temporary.write_text(json.dumps(settings, sort_keys=True) + '\n', encoding='utf-8')
        self._read(settings)

    def _read(self, settings: dict) -> None:
        data = self.path.read_bytes()
        whole = data[:data.rfind(b'\n') + 1]  # a last line without an end was torn
        try:
            head, *lines = [json.loads(line) for line in whole.decode('utf-8').splitlines()]
        except ValueError:
            raise UserError(f'{self.path} is damaged; delete the folder and start again') from None
        if head != json.loads(json.dumps(settings)):
            raise UserError(f'{self.path.parent} holds pictures cleaned with other settings; '
                            'delete it or choose another folder')
        if len(whole) < len(data):
            os.truncate(self.path, len(whole))
        self.records: Dict[str, dict] = {line.pop('picture'): line for line in lines}

    def add(self, picture: str, record: dict) -> None:
        """Notes a picture; it is on the disk when this returns."""
        with self.path.open('ab') as file:
            file.write(json.dumps(dict(picture=picture, **record)).encode('utf-8') + b'\n')
            file.flush()
            os.fsync(file.fileno())
        self.records[picture] = record
