"""What the other texts of a batch, and the pads that they bring, do to a network's answer.

Letters: K batches, B rows, T time steps, D directions, H hidden units, C classes.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch.nn.utils.rnn import pad_sequence

from rnndash.errors import SequenceError
from rnndash.inspection.encoded_text import EncodedText
from rnndash.inspection.network import Network, check_finite
from rnndash.inspection.variants import PaddingDrift
from rnndash.text.special_tokens import PAD_INDEX

MOST_OTHERS = 63
"""Other texts in a batch."""
MOST_STEPS = 2_000
"""Words of the longest text in a batch."""

Batch = Sequence[EncodedText]
"""The other texts of a batch."""


@torch.no_grad()
def padding_drift(network: Network, text: EncodedText, batches: Sequence[Batch]) -> PaddingDrift:
    """Read a text as the first row of K padded batches.

    A padded network reads the pads behind the text like words, and its answer changes; a packed
    one never sees them. Where no other text is longer, there are no pads, and nothing changes.

    Args:
        batches: the other texts of each batch, encoded for this network. In the first batch none
            is longer than the text: what it gives, all others are compared with.

    Raises:
        SequenceError: there is no batch, the first one has pads, or a batch is too large.
        CheckpointError: the network gives numbers that are not finite.
    """
    _check(text, batches)
    states, probabilities = [], []
    for others in batches:
        state = network.model.read(*_padded(text, others))  # (B, D*H)
        states.append(state[0].double())
        probabilities.append(network.model.fc(state)[0].double().softmax(dim=0))  # (C,)
    answers = torch.stack(probabilities)  # (K, C)
    check_finite(network, answers)
    return PaddingDrift(
        network=network.info,
        text=text,
        others=np.array([len(others) for others in batches], dtype=np.int64),
        pads=np.array([_pads(text, others) for others in batches], dtype=np.int64),
        probabilities=answers.numpy(),
        distance=torch.stack([(state - states[0]).norm() for state in states]).numpy(),
        state_norm=float(states[0].norm()),
    )


def longer_neighbours(
    text: EncodedText, neighbour: EncodedText, pads: Sequence[int]
) -> tuple[Batch, ...]:
    """Batches with one neighbour, whose words are repeated and cut to the length that is needed.

    Args:
        pads: how many words longer than the text the neighbour is in each batch, each at least 0.
    """
    lengths = (len(text) + longer for longer in pads)
    return tuple(
        (neighbour.picked([at % len(neighbour) for at in range(length)]),) for length in lengths
    )


def _padded(text: EncodedText, others: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens `(B, T)` and lengths `(B,)`; the text is row 0."""
    rows = [torch.tensor(row.ids) for row in (text, *others)]
    tokens = pad_sequence(rows, batch_first=True, padding_value=PAD_INDEX)
    return tokens, torch.tensor([len(row) for row in rows])


def _pads(text: EncodedText, others: Batch) -> int:
    """Pads behind the text."""
    return max(len(text), *map(len, others), 0) - len(text)


def _check(text: EncodedText, batches: Sequence[Batch]) -> None:
    if not batches or _pads(text, batches[0]) != 0:
        raise SequenceError(
            "The first batch has no text that is longer than the one that is looked at; "
            f"{f'one of {_pads(text, batches[0])} more words' if batches else 'no batch'} came. "
            "Begin with a batch without pads."
        )
    largest = max(map(len, batches))
    longest = max(len(row) for others in batches for row in (text, *others))
    if largest > MOST_OTHERS:
        raise SequenceError(
            f"A batch takes up to {MOST_OTHERS} other texts; {largest:,} came. Leave some out."
        )
    if longest > MOST_STEPS:
        raise SequenceError(
            f"A text of a batch has up to {MOST_STEPS:,} words; {longest:,} came. "
            "Choose a shorter one."
        )
