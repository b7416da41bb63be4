"""Formats on disk, dataset card, contact sheets, checksums."""
