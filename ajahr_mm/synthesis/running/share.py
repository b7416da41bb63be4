"""Which part of a set one of several machines makes."""
import re
from typing import List, NamedTuple, Sequence

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.output.shards import Shard


class Share(NamedTuple):
    """Shards ``number``, ``number + of``, ``number + 2 of`` ... of a plan: neighbours cost alike, so shares do, too."""
    number: int = 0
    of: int = 1

    def pick(self, plan: Sequence[Shard]) -> List[Shard]:
        """The shards of this share."""
        return list(plan[self.number::self.of])


def parse_share(text: str) -> Share:
    """``2/8``, the third of eight shares, as ``--shard`` takes it.

    Raises:
        UserError: it is written otherwise, or there is no such share.
    """
    found = re.fullmatch(r'(\d{1,6})/(\d{1,6})', text)
    if not found or int(found[1]) >= int(found[2]):
        raise UserError(f'--shard {text} is no share of the work; write i/n with i from 0 to n - 1, such as 0/4 ... 3/4')
    return Share(int(found[1]), int(found[2]))
