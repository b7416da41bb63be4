"""Human mesh recovery that knows which limbs are there."""
from mmengine.config.utils import MODULE2PACKAGE

from ajahr_mm.version import __version__

# mmengine opens `ajahr_mm::…` configs and aliases only for the packages in this table.
MODULE2PACKAGE.setdefault('ajahr_mm', 'ajahr_mm')

__all__ = ['__version__']
