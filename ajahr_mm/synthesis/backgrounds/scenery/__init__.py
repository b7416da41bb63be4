"""Places drawn from nothing but a seed: rooms and outdoors, in true perspective."""
