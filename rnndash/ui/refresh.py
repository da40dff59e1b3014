"""How often a page reads the journals of runs."""

REFRESH_S = 1.0
"""Seconds between two reads while runs train."""
FAST_REFRESH_S = 0.3
"""Seconds between two reads until new runs have their first points."""
