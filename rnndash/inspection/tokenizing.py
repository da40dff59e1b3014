"""Splits a typed text into words."""

from rnndash.errors import SequenceError
from rnndash.inspection.encoded_text import MOST_WORDS, TokenizedText
from rnndash.text.tokens import tokenize


def tokenize_text(text: str) -> TokenizedText:
    """Split a text into words, once for all networks that read it.

    Markup, control characters and the like are words like others. The text is cut after
    `MOST_WORDS` words; `EncodedText.notes` says so.

    Raises:
        SequenceError: there is no word in the text.
    """
    tokens = tokenize(text)
    if not tokens:
        what = f"consists of {text.strip()[:40]!r}" if text.strip() else "is empty"
        raise SequenceError(
            f"The text {what}; a network needs at least one word, and blanks, quotation marks, "
            "colons and semicolons are none. Type a word."
        )
    return TokenizedText(tokens=tuple(tokens[:MOST_WORDS]), words_in_all=len(tokens))
