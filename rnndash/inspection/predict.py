"""What networks answer to one text."""

import time
from collections.abc import Iterable, Mapping

import numpy as np

from rnndash.errors import SequenceError
from rnndash.inspection.encoded_text import MOST_WORDS, EncodedText
from rnndash.inspection.network import Network, probabilities_of
from rnndash.inspection.predictions import Prediction
from rnndash.text.special_tokens import UNKNOWN_INDEX
from rnndash.text.tokens import tokenize


def encode_text(text: str, index: Mapping[str, int]) -> EncodedText:
    """Tokenise a text and number its words.

    Markup, control characters and the like are words like others. Words beyond `MOST_WORDS` are
    cut, which the result's notes tell. Words that are all unknown make a text all the same.

    Args:
        index: the number of each word, as `rnndash.text.tokens.word_indices` gives it.

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
    kept = tuple(tokens[:MOST_WORDS])
    return EncodedText(
        tokens=kept,
        ids=tuple(index.get(token, UNKNOWN_INDEX) for token in kept),
        words_in_all=len(tokens),
    )


def predict(network: Network, text: EncodedText) -> Prediction:
    """Read a text, alone in its batch.

    Raises:
        CheckpointError: the network gives numbers that are not finite.
    """
    begun = time.perf_counter()
    probabilities = probabilities_of(network, np.array([text.ids], dtype=np.int64))[0]
    return Prediction(
        network=network.info,
        text=text,
        probabilities=probabilities,
        seconds=time.perf_counter() - begun,
    )


def predict_each(networks: Iterable[Network], text: str) -> tuple[Prediction, ...]:
    """Read a text with several networks, each by its own vocabulary.

    Raises:
        SequenceError: there is no word in the text.
        CheckpointError: a network gives numbers that are not finite.
    """
    return tuple(predict(network, encode_text(text, network.index)) for network in networks)
