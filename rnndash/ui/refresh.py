"""How often a page looks at the journals of runs."""

REFRESH_S = 1.0
"""Seconds between two looks while runs train."""
FAST_REFRESH_S = 0.3
"""Seconds between two looks until the first points of new runs are there."""
