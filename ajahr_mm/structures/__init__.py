"""The record that is passed from room to room."""
from ajahr_mm.structures.body_sample import BodySample

__all__ = ['BodySample']
