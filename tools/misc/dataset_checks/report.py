"""Report: what is known about a set and what is wrong with it, a sentence each."""
from typing import Any, List, Sequence

import numpy as np

_SHOWN = 5


class Report:
    """Prints facts as they come and keeps defects for the end."""

    def __init__(self) -> None:
        self.defects: List[str] = []

    def fact(self, text: str) -> None:
        print(f'  {text}', flush=True)

    def defect(self, where: str, what: str) -> None:
        self.defects.append(f'{where}: {what}')

    def defects_in_rows(self, part: Any, bad: np.ndarray, what: str) -> None:
        """One sentence for all people of a ``Part`` for whom ``bad`` (n,) bool holds."""
        rows = np.flatnonzero(bad)
        if len(rows):
            self.defect(part.source, f'{what} in {listed([part.person(row) for row in rows[:_SHOWN]], len(rows))}')

    def end(self) -> int:
        """Prints the defects; returns the exit code."""
        for text in self.defects:
            print(f'DEFECT {text}')
        print(f'{len(self.defects)} defect{"s" * (len(self.defects) != 1)}' if self.defects else 'no defects', flush=True)
        return 1 if self.defects else 0


def listed(shown: Sequence[str], count: int) -> str:
    """``a, b, … (7 in all)``."""
    more = f', … ({count} in all)' if count > len(shown) else ''
    return ', '.join(shown) + more
