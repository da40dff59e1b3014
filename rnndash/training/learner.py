"""A minibatch's work: from the numbers of its texts to an answer, or to changed weights.

`new_learner` chooses between two that agree to the rounding of float32: the model's own `forward`
with autograd, which runs everywhere, and compiled loops, several times as fast, on a CPU.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy

from rnndash.compiled.network import CompiledNetwork
from rnndash.kernels.call import Loop
from rnndash.kernels.library import load_loops
from rnndash.models import Classifier
from rnndash.text.encoded import EncodedTexts
from rnndash.training.adam import Adam
from rnndash.training.batches import pad
from rnndash.training.device import describe_device

Rows = NDArray[np.int64]
"""`(B,)`, the numbers of a minibatch's texts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Learned:
    """A minibatch before its weights were changed.

    Attributes:
        loss: mean cross-entropy in nats. If it is not finite, no weight was changed.
        correct: right answers.
        cells: of the padded batch, B times T.
        words: cells that are no padding.
    """

    loss: float
    correct: int
    cells: int
    words: int


class Learner(Protocol):
    """Trains a model, one minibatch after the other.

    Attributes:
        device: where and by what it computes, for people.
    """

    optimiser: Adam
    device: str

    def learn(self, texts: EncodedTexts, rows: Rows) -> Learned:
        """One update of the weights, unless the loss is not finite."""
        ...

    def answers(
        self, texts: EncodedTexts, batches: Iterable[Rows]
    ) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Of each minibatch the logits `(B, C)` and the true classes `(B,)`. Changes nothing."""
        ...


def new_learner(
    model: Classifier,
    *,
    learning_rate: float,
    device: torch.device,
    compiled: bool = True,
) -> Learner:
    """A learner of the model's parameters that ask for a gradient.

    Args:
        model: on the device.
        compiled: use compiled loops where there are any: on a CPU, where numba is installed.
    """
    loops = load_loops() if compiled and device.type == "cpu" else None
    if loops is None:
        return _PlainLearner(model, learning_rate, device)
    return _CompiledLearner(model, learning_rate, loops)


def _optimiser(
    model: Classifier, learning_rate: float, loops: Mapping[str, Loop] | None = None
) -> Adam:
    learned = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    is_by_rows = loops is not None and model.embedding.weight.requires_grad
    return Adam(
        learned,
        learning_rate=learning_rate,
        by_rows="embedding.weight" if is_by_rows else None,
        loops=loops,
    )


class _PlainLearner:
    """By the model's own `forward`, and autograd."""

    def __init__(self, model: Classifier, learning_rate: float, device: torch.device) -> None:
        self.optimiser = _optimiser(model, learning_rate)
        self.device = describe_device(device)
        self._model, self._device = model, device

    def learn(self, texts: EncodedTexts, rows: Rows) -> Learned:
        batch = pad(texts, rows).to(self._device)
        logits = self._model(batch.tokens, batch.lengths)  # (B, C)
        loss = cross_entropy(logits, batch.labels)
        learned = Learned(
            loss=loss.item(),
            correct=int((logits.argmax(dim=1) == batch.labels).sum()),
            cells=batch.tokens.numel(),
            words=int(batch.lengths.sum()),
        )
        if math.isfinite(learned.loss):
            self.optimiser.descend(loss)
        return learned

    def answers(
        self, texts: EncodedTexts, batches: Iterable[Rows]
    ) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        for rows in batches:
            batch = pad(texts, rows).to(self._device)
            with torch.no_grad():
                logits = self._model(batch.tokens, batch.lengths)
            yield logits, batch.labels


class _CompiledLearner:
    """By compiled loops, which read each different word of a batch once."""

    def __init__(self, model: Classifier, learning_rate: float, loops: Mapping[str, Loop]) -> None:
        self.optimiser = _optimiser(model, learning_rate, loops)
        self.device = "CPU, compiled loops"
        self._network = CompiledNetwork(model, loops)
        words = model.embedding.weight  # (V, E)
        self._rows = self.optimiser.rows if words.requires_grad else None
        self._embeddings = words.detach()  # their memory is the model's

    def learn(self, texts: EncodedTexts, rows: Rows) -> Learned:
        layout = self._network.lay_out(texts, rows)
        words = layout.words
        x = self._embeddings[words] if self._rows is None else self._rows.gather(words)  # (U, E)
        reading = self._network.read(layout, x)
        loss = self._network.loss(reading)
        if math.isfinite(loss.value):
            d_x, gradients = self._network.gradients(reading, loss.d_logits)
            if self._rows is not None and d_x is not None:
                self._rows.step(words, d_x)
            self.optimiser.step(gradients)
        return Learned(
            loss=loss.value, correct=loss.right, cells=layout.cells, words=layout.real_words
        )

    def answers(
        self, texts: EncodedTexts, batches: Iterable[Rows]
    ) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        for rows in batches:
            layout = self._network.lay_out(texts, rows)
            words = layout.words
            x = self._embeddings[words] if self._rows is None else self._rows.look(words)
            yield self._network.read(layout, x).logits, layout.labels
