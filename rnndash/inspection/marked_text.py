"""A text as HTML, its words tinted by what they add to a class' logit. No torch, no script."""

from html import escape

import numpy as np
from numpy.typing import NDArray

from rnndash.inspection.encoded_text import EncodedText

_FOR = {False: "0, 114, 178", True: "86, 180, 233"}
_AGAINST = {False: "194, 78, 0", True: "245, 139, 69"}
_DEEPEST = 0.42
"""Opacity of the strongest word's tint: the page's own text colour stays readable on it."""
_SIGNED_FROM = 0.25
"""Share of the largest score from which a word has its sign written beside it."""


def marked_html(
    text: EncodedText, scores: NDArray[np.float64] | None = None, *, is_dark: bool = False
) -> str:
    """One paragraph: each word tinted by its score, unknown words underlined with dots.

    Words for the class are blue, words against it orange; strong ones also have a sign, so that
    colour is never the only cue. On hover a word shows its value. Every word is escaped: whatever
    the text is, the paragraph holds only `p`, `span` and `sup`, and no script.

    Args:
        scores: `(T,)`; None tints no word.
    """
    values = np.zeros(len(text)) if scores is None else scores
    largest = float(np.abs(values).max())
    shares = (values / largest if largest > 0 else values).tolist()
    words = [
        _word(word, share, is_unknown=is_unknown, is_dark=is_dark, title=title)
        for word, share, is_unknown, title in zip(
            text.shown, shares, text.is_unknown, _titles(text, scores), strict=True
        )
    ]
    return f'<p style="line-height: 2; overflow-wrap: anywhere">{" ".join(words)}</p>'


def _titles(text: EncodedText, scores: NDArray[np.float64] | None) -> list[str]:
    """What each word shows on hover."""
    known = ["unknown word" if is_unknown else "" for is_unknown in text.is_unknown]
    if scores is None:
        return known
    return [
        f"{value:+.4f}, {note}" if note else f"{value:+.4f}"
        for value, note in zip(scores.tolist(), known, strict=True)
    ]


def _word(word: str, share: float, *, is_unknown: bool, is_dark: bool, title: str) -> str:
    """One word.

    Args:
        share: its score over the largest, -1 to 1.
    """
    styles = ["padding: 0.15em 0.2em", "border-radius: 0.25em"]
    if share:
        tint = (_FOR if share > 0 else _AGAINST)[is_dark]
        styles.append(f"background-color: rgba({tint}, {_DEEPEST * abs(share):.3f})")
    if is_unknown:
        styles.append("text-decoration: underline dotted")
    sign = f"<sup>{'+' if share > 0 else '−'}</sup>" if abs(share) >= _SIGNED_FROM else ""
    hover = f' title="{escape(title)}"' if title else ""
    return f'<span style="{"; ".join(styles)}"{hover}>{escape(word)}{sign}</span>'
