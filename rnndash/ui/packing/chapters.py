"""The chapters of the packing page; one is shown at a time, and the link names it."""

from enum import StrEnum

from rnndash.config.complete import complete
from rnndash.ui.url_state import choice


class Chapter(StrEnum):
    """What the page shows."""

    LAYOUT = "layout"
    COSTS = "costs"
    ANSWER = "answer"
    WRONG_TURNS = "wrong_turns"

    @property
    def label(self) -> str:
        """The name in the menu."""
        return _LABELS[self]


_LABELS = complete(
    Chapter,
    {
        Chapter.LAYOUT: "A minibatch, step by step",
        Chapter.COSTS: "What it costs",
        Chapter.ANSWER: "What it does to the answer",
        Chapter.WRONG_TURNS: "Wrong turns",
    },
)


def choose_chapter() -> Chapter:
    """The chapter that is chosen."""
    return choice("chapter", "Chapter", list(Chapter), Chapter.LAYOUT)
