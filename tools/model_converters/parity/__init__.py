"""Numerical fixtures of the public releases: their artificial weights, their inputs, and the comparison with our networks."""
