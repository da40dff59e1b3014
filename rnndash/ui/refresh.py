"""How often a page looks at the journals of runs."""

CALM_S = 1.0
"""Seconds between two looks while runs train."""
EAGER_S = 0.3
"""Seconds between two looks until the first points of new runs are there."""
