"""What networks answer to one text."""

import time
from collections.abc import Iterable

import numpy as np

from rnndash.inspection.encoded_text import EncodedText, TokenizedText
from rnndash.inspection.network import Network, probabilities_of
from rnndash.inspection.predictions import Prediction


def predict(network: Network, text: EncodedText) -> Prediction:
    """Read a text, alone in its batch.

    Raises:
        CheckpointError: the network gives numbers that are not finite.
    """
    start = time.perf_counter()
    probabilities = probabilities_of(network, np.array([text.ids], dtype=np.int64))[0]
    return Prediction(
        network=network.info,
        text=text,
        probabilities=probabilities,
        seconds=time.perf_counter() - start,
    )


def predict_each(networks: Iterable[Network], text: TokenizedText) -> tuple[Prediction, ...]:
    """Read a text with several networks, each with its own vocabulary.

    Raises:
        CheckpointError: a network gives numbers that are not finite.
    """
    return tuple(predict(network, network.encode(text)) for network in networks)
