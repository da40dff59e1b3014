"""What is done with a minibatch: a training step, or a prediction.

`new_learner` chooses between two learners that agree to the rounding of float32: one uses the
model's own `forward` and autograd, which run everywhere, and one uses compiled kernels on a CPU,
which are several times as fast.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy

from rnndash.compiled.network import CompiledNetwork
from rnndash.compiled.recurrence import has_kernels
from rnndash.kernels.library import load_kernels
from rnndash.models import Classifier
from rnndash.text.encoded import EncodedTexts
from rnndash.training.adam import Adam
from rnndash.training.device import describe_device
from rnndash.training.padding import pad

Rows = NDArray[np.int64]
"""`(B,)`, the numbers of a minibatch's texts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StepResult:
    """How the model did on a minibatch, before its weights were changed.

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
    """Trains a model, one minibatch after another.

    Attributes:
        device: where it computes and how, in words.
    """

    optimiser: Adam
    device: str

    def train_step(self, texts: EncodedTexts, rows: Rows) -> StepResult:
        """One update of the weights, unless the loss is not finite."""
        ...

    def predict(
        self, texts: EncodedTexts, batches: Iterable[Rows]
    ) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """The logits `(B, C)` and the true classes `(B,)` of each minibatch. Changes nothing."""
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
        compiled: use compiled kernels where there are any: on a CPU, where numba is installed, for
            models that have them.
    """
    in_words = describe_device(device)
    if compiled and device.type == "cpu" and not has_kernels(model):
        return _AutogradLearner(model, learning_rate, device, f"{in_words}, PyTorch's own kernels")
    if compiled and device.type == "cpu" and load_kernels():
        return _CompiledLearner(model, learning_rate)
    return _AutogradLearner(model, learning_rate, device, in_words)


def _trained_parameters(model: Classifier) -> list[tuple[str, torch.Tensor]]:
    return [(name, p) for name, p in model.named_parameters() if p.requires_grad]


class _AutogradLearner:
    """Trains by the model's own `forward`, and autograd."""

    def __init__(
        self, model: Classifier, learning_rate: float, device: torch.device, in_words: str
    ) -> None:
        self.optimiser = Adam(_trained_parameters(model), learning_rate=learning_rate)
        self.device = in_words
        self._model, self._device = model, device

    def train_step(self, texts: EncodedTexts, rows: Rows) -> StepResult:
        batch = pad(texts, rows).to(self._device)
        logits = self._model(batch.tokens, batch.lengths)  # (B, C)
        loss = cross_entropy(logits, batch.labels)
        result = StepResult(
            loss=loss.item(),
            correct=int((logits.argmax(dim=1) == batch.labels).sum()),
            cells=batch.tokens.numel(),
            words=int(batch.lengths.sum()),
        )
        if math.isfinite(result.loss):
            self.optimiser.descend(loss)
        return result

    def predict(
        self, texts: EncodedTexts, batches: Iterable[Rows]
    ) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        for rows in batches:
            batch = pad(texts, rows).to(self._device)
            with torch.no_grad():
                logits = self._model(batch.tokens, batch.lengths)
            yield logits, batch.labels


class _CompiledLearner:
    """Trains by compiled kernels, which read each different word of a batch once."""

    def __init__(self, model: Classifier, learning_rate: float) -> None:
        embedding = model.embedding.weight  # (V, E)
        lazy = "embedding.weight" if embedding.requires_grad else None
        self.optimiser = Adam(_trained_parameters(model), learning_rate=learning_rate, lazy=lazy)
        self.device = "CPU, compiled kernels"
        self._network = CompiledNetwork(model)
        self._lazy = None if lazy is None else self.optimiser.lazy
        self._frozen = embedding.detach()  # no copy

    def train_step(self, texts: EncodedTexts, rows: Rows) -> StepResult:
        batch = self._network.collate(texts, rows)
        words = batch.words
        x = self._frozen[words] if self._lazy is None else self._lazy.gather(words)  # (U, E)
        forward = self._network.forward(batch, x)
        loss = self._network.loss(forward)
        if math.isfinite(loss.value):
            d_x, gradients = self._network.backward(forward, loss.d_logits)
            if self._lazy is not None and d_x is not None:
                self._lazy.step(words, d_x)
            self.optimiser.step(gradients)
        return StepResult(
            loss=loss.value, correct=loss.correct, cells=batch.cells, words=batch.real_words
        )

    def predict(
        self, texts: EncodedTexts, batches: Iterable[Rows]
    ) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        for rows in batches:
            batch = self._network.collate(texts, rows)
            words = batch.words
            x = self._frozen[words] if self._lazy is None else self._lazy.peek(words)
            yield self._network.forward(batch, x).logits, batch.labels
