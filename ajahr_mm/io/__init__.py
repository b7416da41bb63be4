"""Reading and writing files: pickle-free, atomic, with one clear sentence when something is wrong."""
from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.io.errors import UserError, exit_on_user_error

__all__ = ['UserError', 'atomic_path', 'exit_on_user_error']
