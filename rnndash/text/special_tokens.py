"""The numbers of the two special tokens: padding and the unknown word."""

PAD_INDEX = 0
"""Fills a short row of a padded batch."""
UNKNOWN_INDEX = 1
"""Any word that the vocabulary does not have."""
