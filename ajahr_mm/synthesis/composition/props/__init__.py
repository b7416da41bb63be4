"""Painters of the things that stand in front of people."""
