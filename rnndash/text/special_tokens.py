"""The two word numbers that stand for no word of their own."""

PAD_INDEX = 0
"""Fills a short row of a padded batch."""
UNKNOWN_INDEX = 1
"""Any word that the vocabulary does not have."""
