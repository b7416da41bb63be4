"""Lamps, the light on every vertex, shadows on the floor."""
