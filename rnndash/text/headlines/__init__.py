"""`headlines`, the built-in corpus: news items that a program writes, no network, no files."""

from rnndash.text.headlines.reader import HeadlinesReader

__all__ = ["HeadlinesReader"]
