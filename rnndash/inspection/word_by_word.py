"""The answer after each word of a text.

Letters: T words, P prefixes, E embedding, L layers, D directions, H hidden units, C classes.
"""

import time
from typing import assert_never

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnndash.config.model_kind import Readout
from rnndash.inspection.encoded_text import EncodedText
from rnndash.inspection.network import Network, check_finite
from rnndash.inspection.predictions import WordByWord
from rnndash.inspection.tracing import embed_text
from rnndash.models import Classifier

_PREFIXES_AT_ONCE = 50
"""Of a bidirectional network; bounds the memory that a long text takes."""


@torch.no_grad()
def predict_word_by_word(network: Network, text: EncodedText) -> WordByWord:
    """What a network would answer if the text ended at each of its words.

    A network that reads forward only computes all of it in one pass. A bidirectional one starts
    at the end, so each prefix is read by itself. The last answer equals that of `predict`, bit for
    bit.

    Raises:
        SequenceError: the text has too many words, or one that the vocabulary does not have.
        CheckpointError: the network gives numbers that are not finite.
    """
    start = time.perf_counter()
    model = network.model
    x = embed_text(network, text)  # (T, E)
    readout = network.info.kind.facts.readout
    is_bidirectional = model.rnn.bidirectional
    read = _whole_state if is_bidirectional else _running_states
    states = read(model, readout, x)  # (1, D*H) or (T, H)
    # The last state by itself: together with others, rounding would differ from `predict`.
    last = model.fc(states[-1:])  # (1, C)
    seconds = time.perf_counter() - start
    if is_bidirectional:
        states = torch.cat((*_prefix_states(model, readout, x), states))  # (T, D*H)
    logits = torch.cat((model.fc(states[:-1]), last))  # (T, C)
    probabilities = logits.double().softmax(dim=1)
    check_finite(network, probabilities)
    return WordByWord(
        network=network.info,
        text=text,
        probabilities=probabilities.numpy(),
        seconds=seconds,
    )


def _running_states(model: Classifier, readout: Readout, x: torch.Tensor) -> torch.Tensor:
    """What a network that reads forward only answers from after each word: `(T, H)`."""
    outputs, _ = model.rnn(x[None])  # (1, T, H)
    h: torch.Tensor = outputs[0]
    match readout:
        case Readout.MEAN:
            means = h.cumsum(dim=0) / torch.arange(1, len(h) + 1)[:, None]
            return torch.cat((means[:-1], h.mean(dim=0, keepdim=True)))  # the last as in `predict`
        case Readout.LAST:
            return h
        case _:
            assert_never(readout)


def _whole_state(model: Classifier, readout: Readout, x: torch.Tensor) -> torch.Tensor:
    """What a bidirectional network answers from after the whole text: `(1, D*H)`."""
    outputs, final = model.rnn(x[None])
    match readout:
        case Readout.MEAN:
            mean: torch.Tensor = outputs.mean(dim=1)
            return mean
        case Readout.LAST:
            return _last_states(final)
        case _:
            assert_never(readout)


def _prefix_states(model: Classifier, readout: Readout, x: torch.Tensor) -> list[torch.Tensor]:
    """What a bidirectional network answers from after each word but the last: `(P, D*H)` each."""
    return [
        _states_of_prefixes(model, readout, x, start, min(start + _PREFIXES_AT_ONCE, len(x)))
        for start in range(1, len(x), _PREFIXES_AT_ONCE)
    ]


def _states_of_prefixes(
    model: Classifier, readout: Readout, x: torch.Tensor, shortest: int, end: int
) -> torch.Tensor:
    """The states of the prefixes of `shortest` to `end` - 1 words: `(P, D*H)`.

    They are packed, whatever the kind, so that each is read as a text alone, without pads.
    """
    lengths = torch.arange(shortest, end)  # (P,)
    prefixes = x[: end - 1].expand(len(lengths), -1, -1)  # (P, T, E)
    packed = pack_padded_sequence(prefixes, lengths, batch_first=True, enforce_sorted=False)
    outputs, final = model.rnn(packed)
    match readout:
        case Readout.MEAN:
            padded, _ = pad_packed_sequence(outputs, batch_first=True)  # 0 after the words
            return padded.sum(dim=1) / lengths[:, None]
        case Readout.LAST:
            return _last_states(final)
        case _:
            assert_never(readout)


def _last_states(final: torch.Tensor | tuple[torch.Tensor, ...]) -> torch.Tensor:
    """The top layer's last states, forward and backward: `(P, D*H)` of `(L*D, P, H)`."""
    h = final[0] if isinstance(final, tuple) else final
    return torch.cat((h[-2], h[-1]), dim=1)
