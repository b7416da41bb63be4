"""Decoders: image features and a limb token become one hidden state."""
from ajahr_mm.models.decoders.box_pooling import BoxPooling
from ajahr_mm.models.decoders.two_path_decoder import TwoPathDecoder

__all__ = ['BoxPooling', 'TwoPathDecoder']
