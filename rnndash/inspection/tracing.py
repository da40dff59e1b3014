"""One text through one network: every state, every gate, and the answer.

Letters: T words, E embedding, H hidden units, D directions, C classes.
"""

from collections.abc import Sequence
from typing import assert_never

import numpy as np
import torch
from numpy.typing import NDArray

from rnndash.config.model_kind import Readout
from rnndash.errors import SequenceError
from rnndash.inspection.encoded_text import MOST_WORDS, EncodedText
from rnndash.inspection.network import Network, check_finite
from rnndash.inspection.traces import DirectionStates, TextTrace
from rnndash.models.trace import DirectionTrace


@torch.no_grad()
def trace_text(network: Network, text: EncodedText) -> TextTrace:
    """Read a text alone and keep every state and gate.

    Raises:
        SequenceError: the text has too many words, or one that the vocabulary does not have.
        CheckpointError: the network gives numbers that are not finite.
    """
    model = network.model
    directions = model.trace(embed_text(network, text))
    logits = model.fc(answer_state(network.info.kind.facts.readout, directions))  # (C,)
    probabilities = logits.double().softmax(dim=0)
    check_finite(network, probabilities)
    return TextTrace(
        network=network.info,
        text=text,
        directions=tuple(_frozen(direction) for direction in directions),
        probabilities=probabilities.numpy(),
        readout=_copy(model.fc.weight),
    )


def embed_text(network: Network, text: EncodedText) -> torch.Tensor:
    """The embedded words of a text: `(T, E)`.

    Raises:
        SequenceError: the text has too many words, or one that the vocabulary does not have.
    """
    if len(text) > MOST_WORDS:
        raise SequenceError(
            f"The text must have from 1 to {MOST_WORDS} words; it has {len(text):,}. "
            "Shorten the text."
        )
    words = len(network.words)
    if not all(0 <= number < words for number in text.ids):
        raise SequenceError(
            f"The vocabulary has the numbers 0 to {words - 1:,}; {min(text.ids):,} to "
            f"{max(text.ids):,} came. The text was encoded for another network: encode it again."
        )
    x: torch.Tensor = network.model.embedding(torch.tensor(text.ids))
    return x


def answer_state(readout: Readout, traces: Sequence[DirectionTrace]) -> torch.Tensor:
    """The state from which a network answers to the text of these traces: `(D*H,)`."""
    top = [trace for trace in traces if trace.layer == traces[-1].layer]
    match readout:
        case Readout.MEAN:
            return torch.cat([trace.h.mean(dim=0) for trace in top])
        case Readout.LAST:
            return torch.cat([trace.final[0] for trace in top])
        case _:
            assert_never(readout)


def _frozen(trace: DirectionTrace) -> DirectionStates:
    return DirectionStates(
        layer=trace.layer,
        is_backward=trace.is_backward,
        h=_copy(trace.h),
        c=None if trace.c is None else _copy(trace.c),
        gates={letter: _copy(gate) for letter, gate in trace.gates.items()},
    )


def _copy(tensor: torch.Tensor) -> NDArray[np.float32]:
    """A copy: a view would keep the model in memory, and change with it."""
    copy: NDArray[np.float32] = tensor.detach().numpy().copy()
    return copy
