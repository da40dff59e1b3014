"""The unit of which scripts and notebooks are made."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A step of the run: a heading, what is to be said of it, and its code.

    Attributes:
        text: Markdown, paragraphs apart by an empty line. Nothing that a user wrote goes in here.
        code: formatted Python without empty lines at either end. What a user wrote stands in it
            as a `literal`.
    """

    title: str
    text: str
    code: str
