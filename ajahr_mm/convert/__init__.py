"""Checkpoints of public releases under our names. Pure functions from state dict to state dict."""
from ajahr_mm.convert.vitpose import convert_vitpose

__all__ = ['convert_vitpose']
