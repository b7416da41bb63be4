"""BadSamples: which records of a set cannot be used, counted across all loader workers."""
import logging
from math import ceil
from typing import Sequence

import numpy as np
import torch
from mmengine.logging import print_log

from ajahr_mm.io.errors import UserError

_TOLD = 5
_POLICIES = ('raise', 'skip')


class BadSamples:
    """One mark per record, in memory that forked and spawned workers share: a bad record is counted once.

    Args:
        name: of the data set, for messages.
        records: how many there are.
        max_bad: largest share of bad records; one is always allowed.
        left_out: what was left out before the records were numbered, a sentence each.

    Raises:
        UserError: so much was left out that the share is exceeded.
    """

    def __init__(self, name: str, records: int, max_bad: float, left_out: Sequence[str] = ()) -> None:
        self.name, self.records = name, records + len(left_out)
        self.allowed = max(1, ceil(max_bad * self.records))
        self._left_out = 0
        self._marks = torch.zeros(records, dtype=torch.uint8).share_memory_()
        for reason in left_out:
            self._left_out += 1
            self._tell(reason)

    def __deepcopy__(self, memo: dict) -> 'BadSamples':
        return self  # a subset counts with the whole

    def __contains__(self, row: int) -> bool:
        return bool(self._marks[row])

    def __len__(self) -> int:
        return self._left_out + int(self._marks.sum())

    def add(self, row: int, reason: str) -> None:
        """Marks a record, and tells of the first ones.

        Raises:
            UserError: there are more than the allowed share.
        """
        if row not in self:
            self._marks[row] = 1
            self._tell(reason)

    def add_rows(self, bad: np.ndarray, reasons: Sequence[str]) -> None:
        """The same for all rows (N,) bool at once."""
        if bad.any():
            self._marks[torch.from_numpy(bad)] = 1
            for reason in reasons:
                self._tell(reason)

    def _tell(self, reason: str) -> None:
        count = len(self)
        if count > self.allowed:
            raise UserError(f'{self.name}: {count} of {self.records} records cannot be used, more than the {self.allowed} '
                            f'that max_bad allows; the last one: {reason} Repair the files or raise max_bad.')
        if count <= _TOLD or count & (count - 1) == 0:  # the first ones, then ever more rarely
            print_log(f'{self.name}: left out, {count} so far: {reason}', 'current', logging.WARNING)


def check_policy(on_bad: str, max_bad: float) -> None:
    """Raises UserError unless the two settings make sense."""
    if on_bad not in _POLICIES:
        raise UserError(f'on_bad={on_bad!r} is not one of {", ".join(_POLICIES)}.')
    if not 0 <= max_bad <= 1:
        raise UserError(f'max_bad={max_bad} is not a share between 0 and 1.')
