"""Checkpoints of public releases under our names: reading them safely, tables from name to name, a report."""
