"""Numerical fixtures of the public releases: artificial weights, inputs, and the comparison with our networks."""
