"""A section: scripts and notebooks are lists of these."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A step of the run: a heading, what is to be said of it, and its code.

    Attributes:
        text: Markdown, an empty line between paragraphs. Holds nothing that a user wrote.
        code: formatted Python without empty lines at either end. What a user wrote is in it as a
            `literal`.
    """

    title: str
    text: str
    code: str
