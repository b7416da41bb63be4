"""One error type for everything a user can put right."""
import sys
from contextlib import contextmanager
from typing import Iterator


class UserError(ValueError):
    """A mistake in the input, told in one sentence: which file or argument, what is wrong, what to do."""


@contextmanager
def exit_on_user_error() -> Iterator[None]:
    """Ends a command-line program with ``error: …`` and exit code 2 instead of a traceback.

    Only :class:`UserError` is caught: a bug of ours keeps its traceback.
    """
    try:
        yield
    except UserError as error:
        text = str(error)
        if text.startswith('Caught UserError in DataLoader worker'):  # PyTorch puts the worker's traceback before it
            text = text.rpartition('UserError: ')[2].strip()
        print(f'error: {text}', file=sys.stderr)
        raise SystemExit(2) from None
