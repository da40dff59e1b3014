"""Cells of a CSV file that somebody may open as a spreadsheet."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With these a cell begins that a spreadsheet would compute."""


def harmless_cell(text: str) -> str:
    """A text that may hold anything, with an apostrophe before it where it would be a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
