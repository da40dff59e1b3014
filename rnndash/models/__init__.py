"""The recurrent classifiers, one readable file each."""

from typing import assert_never

import torch

from rnndash.config.cell import Cell
from rnndash.config.run_config import RunConfig
from rnndash.models.elman import ElmanClassifier
from rnndash.models.gru import GRUClassifier
from rnndash.models.lstm import LSTMClassifier
from rnndash.text.special_tokens import UNKNOWN_INDEX
from rnndash.text.vectors import FoundVectors

__all__ = ["Classifier", "ElmanClassifier", "GRUClassifier", "LSTMClassifier", "build_model"]

Classifier = ElmanClassifier | LSTMClassifier | GRUClassifier
"""`forward(tokens, lengths)` takes `(B, T)` and `(B,)` int64 and gives `(B, C)` logits; it answers
from the state `(B, D*H)` that `read(tokens, lengths)` gives. Each has its
`cell`, its `readout`, and whether it is `packed`."""


def build_model(
    config: RunConfig, *, vocab_size: int, num_class: int, vectors: FoundVectors | None = None
) -> Classifier:
    """The network that `config` describes, with fresh weights from torch's random state.

    All other weights are the same with and without `vectors`. A frozen embedding requires no
    gradient.

    The unknown word starts as the mean of all others. Where every word of the training texts is
    kept, training never meets it, and its embedding stays as it started: a random one would move
    answers as a real word does.

    Args:
        vectors: what the embedding of these words starts from. Not needed where the weights are
            loaded afterwards.
    """
    model = _new_model(config, (vocab_size, config.embed_dim, config.hidden_dim, num_class))
    with torch.no_grad():
        words = model.embedding.weight  # (V, E)
        if vectors is not None:
            words[torch.from_numpy(vectors.rows)] = torch.from_numpy(vectors.values)
        others = torch.cat((words[:UNKNOWN_INDEX], words[UNKNOWN_INDEX + 1 :]))
        words[UNKNOWN_INDEX] = others.mean(dim=0)
    if config.vectors is not None and config.vectors.is_frozen:
        model.embedding.requires_grad_(False)
    return model


def _new_model(config: RunConfig, sizes: tuple[int, int, int, int]) -> Classifier:
    layers, both_ways = config.num_layers, config.bidirectional
    facts = config.model.facts
    packed = facts.is_packed
    match facts.cell:
        case Cell.ELMAN:
            return ElmanClassifier(*sizes, num_layers=layers, bidirectional=both_ways)
        case Cell.LSTM:
            return LSTMClassifier(*sizes, num_layers=layers, bidirectional=both_ways, packed=packed)
        case Cell.GRU:
            return GRUClassifier(*sizes, num_layers=layers, bidirectional=both_ways, packed=packed)
        case _:
            assert_never(facts.cell)
