"""One text through one network: every state, every gate, and the answer after each word.

Letters: T words, P prefixes, H hidden units, D directions, C classes.
"""

from collections.abc import Sequence
from typing import assert_never

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnndash.config.model_kind import ModelKind, Readout
from rnndash.errors import SequenceError
from rnndash.inspection.encoded_text import MOST_WORDS
from rnndash.inspection.traces import DirectionStates, TextTrace
from rnndash.models import Classifier
from rnndash.models.trace import DirectionTrace

_PREFIXES_AT_ONCE = 50
"""Of a bidirectional network; bounds the memory that a long text takes."""


@torch.no_grad()
def trace_text(
    model: Classifier, kind: ModelKind, tokens: Sequence[str], ids: Sequence[int]
) -> TextTrace:
    """Read a text alone and keep all that happens inside.

    The answer after each word is what `model` would answer if the text ended there. A network
    that reads forwards alone has it by the way. One that reads from the end too starts there
    anew with each further word, so each prefix is read by itself.

    The model, which is on the CPU, may be shared: its weights and its mode stay as they are.

    Args:
        tokens: the words, as they are to be shown.
        ids: their numbers in the model's vocabulary.

    Raises:
        SequenceError: the text has no word or too many, or tokens and ids differ in number.
    """
    if len(tokens) != len(ids):
        raise SequenceError(
            f"Each word has one number; {len(tokens):,} words and {len(ids):,} numbers came."
        )
    x = embed_text(model, ids)
    directions = model.trace(x)
    states = (
        _prefix_states(model, kind.facts.readout, x)
        if model.rnn.bidirectional
        else _running(kind.facts.readout, directions)
    )
    return TextTrace(
        model=kind,
        tokens=tuple(tokens),
        ids=tuple(ids),
        directions=tuple(_frozen(direction) for direction in directions),
        probabilities=model.fc(states).double().softmax(dim=1).numpy(),
        readout=_copy(model.fc.weight),
    )


def embed_text(model: Classifier, ids: Sequence[int]) -> torch.Tensor:
    """The embedded words of a text: `(T, E)`.

    Raises:
        SequenceError: the text has no word, too many, or one that the vocabulary does not have.
    """
    if not 1 <= len(ids) <= MOST_WORDS:
        raise SequenceError(
            f"The text must have from 1 to {MOST_WORDS} words; it has {len(ids):,}. "
            f"{'Type' if not ids else 'Shorten'} the text."
        )
    words = model.embedding.num_embeddings
    if not all(0 <= number < words for number in ids):
        raise SequenceError(
            f"The vocabulary has the numbers 0 to {words - 1:,}; {min(ids):,} to {max(ids):,} "
            "came. The words belong to another run: choose the run anew."
        )
    x: torch.Tensor = model.embedding(torch.tensor(ids))
    return x


def _running(readout: Readout, directions: Sequence[DirectionTrace]) -> torch.Tensor:
    """What a network that reads forwards alone answers from after each word: `(T, H)`."""
    h = directions[-1].h
    match readout:
        case Readout.MEAN:
            return h.cumsum(dim=0) / torch.arange(1, len(h) + 1)[:, None]
        case Readout.LAST:
            return h
        case _:
            assert_never(readout)


def _prefix_states(model: Classifier, readout: Readout, x: torch.Tensor) -> torch.Tensor:
    """What the network answers from after each word, each prefix read anew: `(T, D*H)`.

    The prefixes are packed, whatever the kind: each is read as a text alone, without pads.
    """
    states = []
    for start in range(0, len(x), _PREFIXES_AT_ONCE):
        lengths = torch.arange(start, min(start + _PREFIXES_AT_ONCE, len(x))) + 1  # (P,)
        prefixes = x[: lengths[-1]].expand(len(lengths), -1, -1)  # (P, T, E)
        packed = pack_padded_sequence(prefixes, lengths, batch_first=True, enforce_sorted=False)
        outputs, final = model.rnn(packed)
        match readout:
            case Readout.MEAN:
                padded, _ = pad_packed_sequence(outputs, batch_first=True)
                states.append(padded.sum(dim=1) / lengths[:, None])  # (P, D*H); 0 after the words
            case Readout.LAST:
                h = final[0] if isinstance(final, tuple) else final  # (L*D, P, H)
                states.append(torch.cat((h[-2], h[-1]), dim=1))
            case _:
                assert_never(readout)
    return torch.cat(states)


def _frozen(trace: DirectionTrace) -> DirectionStates:
    return DirectionStates(
        layer=trace.layer,
        is_backward=trace.is_backward,
        h=_copy(trace.h),
        c=None if trace.c is None else _copy(trace.c),
        gates={letter: _copy(gate) for letter, gate in trace.gates.items()},
    )


def _copy(tensor: torch.Tensor) -> NDArray[np.float32]:
    """Numbers of one's own: a view would keep the model in memory, and change as it does."""
    copy: NDArray[np.float32] = tensor.detach().numpy().copy()
    return copy
