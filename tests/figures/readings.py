"""Made-up results of analyses, so that figures can be tested without a network."""

import numpy as np

from rnndash.config.model_kind import ModelKind
from rnndash.inspection.encoded_text import EncodedText
from rnndash.inspection.flows import GradientFlow, Through
from rnndash.inspection.network_info import NetworkInfo
from rnndash.inspection.predictions import WordByWord
from rnndash.inspection.traces import DirectionStates

WORDS = ("oil", "<b>&", "oil")
CLASSES = ("World", "Sports")
ANSWERS = ((0.75, 0.25), (0.25, 0.75), (0.125, 0.875))


def made_states(*, gates="ifgo", with_cell=True):
    """Three words, two units; every number is another one."""
    h = np.array([[0.1, -0.2], [0.3, -0.4], [0.5, -0.9]], dtype=np.float32)
    return DirectionStates(
        layer=0,
        is_backward=False,
        h=h,
        c=2 * h if with_cell else None,
        gates={letter: np.abs(h) / (1 + at) for at, letter in enumerate(gates)},
    )


def made_network(kind=ModelKind.LSTM, label="LSTM", class_names=CLASSES):
    """What a network is called, its kind and its classes."""
    return NetworkInfo(label=label, kind=kind, class_names=class_names)


def made_reading(network=None, answers=ANSWERS):
    """The words of `WORDS`, of which the second is unknown."""
    words = len(answers)
    return WordByWord(
        network=network or made_network(),
        text=EncodedText(tokens=WORDS[:words], ids=(5, 1, 5)[:words], words_in_all=words),
        probabilities=np.array(answers),
        seconds=0.01,
    )


def made_flow(kind=ModelKind.RNN, norms=(0.25, 0.5, 1.0), cells=None, *, is_backward=False):
    """One norm for each word."""
    distance = np.arange(len(norms))
    return GradientFlow(
        network=made_network(kind, kind.label),
        through=Through.RECURRENCE,
        layer=0,
        is_backward=is_backward,
        distance=distance if is_backward else distance[::-1],
        norms=np.array(norms),
        cell_norms=None if cells is None else np.array(cells),
    )
