"""The words of a text along a figure's x axis.

Words stand at the places 0 to T-1, never under their own names: a word that comes twice has two
places, and one that looks like a number or a tag is no number and no tag.
"""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from rnndash.figures.style import escaped
from rnndash.inspection.encoded_text import shown_word

_MOST_LABELS = 60
"""Of more words, every second one or fewer are written."""
_MOST_UPRIGHT = 10
_LONGEST = 14


def lay_out_words(figure: go.Figure, words: Sequence[str], is_unknown: Sequence[bool] = ()) -> None:
    """Write the words along the x axis; unknown ones in italics.

    Args:
        is_unknown: for each word; empty where that does not matter.
    """
    figure.update_xaxes(words_axis(words, is_unknown))


def words_axis(words: Sequence[str], is_unknown: Sequence[bool] = ()) -> dict[str, Any]:
    """The x axis that `lay_out_words` gives a figure."""
    every = -(-len(words) // _MOST_LABELS) or 1
    places = range(0, len(words), every)
    unknown = is_unknown or [False] * len(words)
    return {
        "title_text": "Words of the text, in order",
        "title_standoff": 12,
        "range": [-0.5, max(len(words), 1) - 0.5],
        "tickmode": "array",
        "tickvals": list(places),
        "ticktext": [_tick(words[at], is_unknown=unknown[at]) for at in places],
        **_angle(len(words)),
        "showgrid": False,
        "zeroline": False,
        "automargin": True,
    }


def _angle(words: int) -> dict[str, Any]:
    """How the words are turned: a few only where they would not fit side by side."""
    if words > _MOST_UPRIGHT:
        return {"tickangle": -60}
    return {"autotickangles": [0, -60]}


def word_hover(word: str, *, is_unknown: bool = False) -> str:
    """A word as a figure's hover box can show it."""
    return escaped(shown_word(word)) + (" (unknown word)" if is_unknown else "")


def _tick(word: str, *, is_unknown: bool) -> str:
    shown = shown_word(word)
    text = escaped(shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…")
    return f"<i>{text}</i>" if is_unknown else text
