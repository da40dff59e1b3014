"""A minibatch's work: from the numbers of its texts to an answer, or to changed weights.

`new_learner` chooses between two that agree to the rounding of float32: the model's own `forward`
with autograd, which runs everywhere, and compiled loops, several times as fast, on a CPU.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy

from rnndash.compiled.network import CompiledNetwork, Layout, Reading
from rnndash.kernels.call import Loop
from rnndash.kernels.library import load_loops
from rnndash.models import Classifier
from rnndash.text.encoded import EncodedTexts
from rnndash.training.adam import Adam
from rnndash.training.batches import pad
from rnndash.training.device import describe_device
from rnndash.training.second_thread import SecondThread

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

    def learn(self, texts: EncodedTexts, rows: Rows, following: Rows | None = None) -> Learned:
        """One update of the weights, unless the loss is not finite.

        Args:
            following: the minibatch that comes next, to get it ready meanwhile. If another one
                comes, the numbers are the same but for rounding.
        """
        ...

    def answers(
        self, texts: EncodedTexts, batches: Iterable[Rows]
    ) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Of each minibatch the logits `(B, C)` and the true classes `(B,)`. Changes nothing.

        It reads ahead: do not learn before it has come to its end.
        """
        ...


def new_learner(
    model: Classifier,
    *,
    learning_rate: float,
    device: torch.device,
    compiled: bool = True,
    second_thread: SecondThread | None = None,
) -> Learner:
    """A learner of the model's parameters that ask for a gradient.

    Args:
        model: on the device.
        compiled: use compiled loops where there are any: on a CPU, where numba is installed.
        second_thread: for them; by default one of its own.
    """
    loops = load_loops() if compiled and device.type == "cpu" else None
    if loops is None:
        return _PlainLearner(model, learning_rate, device)
    return _CompiledLearner(model, learning_rate, loops, second_thread or SecondThread())


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

    def learn(
        self,
        texts: EncodedTexts,
        rows: Rows,
        following: Rows | None = None,  # noqa: ARG002 - it has no second thread
    ) -> Learned:
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


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Prepared:
    """A batch that is ready to be read. `rows` are the very numbers it was made for."""

    rows: Rows
    layout: Layout


class _CompiledLearner:
    """By compiled loops, which read each different word of a batch once.

    Meanwhile a second thread brings the embeddings of the following batch's words up to date, and
    computes a part of the gradients: work that Python has little share in, since it runs one thread
    at a time. In tests it reads every other batch. The numbers do not depend on who is first.
    """

    def __init__(
        self,
        model: Classifier,
        learning_rate: float,
        loops: Mapping[str, Loop],
        second_thread: SecondThread,
    ) -> None:
        self.optimiser = _optimiser(model, learning_rate, loops)
        self.device = "CPU, compiled loops"
        self._network = CompiledNetwork(model, loops)
        words = model.embedding.weight  # (V, E)
        self._rows = self.optimiser.rows if words.requires_grad else None
        self._embeddings = words.detach()  # their memory is the model's
        self._second_thread = second_thread
        self._next: _Prepared | None = None

    def learn(self, texts: EncodedTexts, rows: Rows, following: Rows | None = None) -> Learned:
        ready = self._next
        if ready is None or ready.rows is not rows:
            ready = self._prepare(texts, rows)
        self._next = None if following is None else self._prepare(texts, following)
        layout = ready.layout
        x = self._look_up(layout.words) if self._rows is None else self._rows.take(layout.words)
        reading = self._network.read(layout, x)  # x: (U, E)
        loss = self._network.loss(reading)
        if math.isfinite(loss.value):
            foreseen = self._foresee(self._next)
            try:
                self._go_back(reading, loss.d_logits)
            finally:
                foreseen()
        elif self._rows is not None:
            self._rows.give_back()
        return Learned(
            loss=loss.value, correct=loss.right, cells=layout.cells, words=layout.real_words
        )

    def _go_back(self, reading: Reading, d_logits: torch.Tensor) -> None:
        d_x, of_weights = self._network.gradients(reading, d_logits, self._second_thread.start)
        if self._rows is not None and d_x is not None:
            self._rows.step(d_x)
        self.optimiser.step(of_weights())

    def _foresee(self, upcoming: _Prepared | None) -> Callable[[], None]:
        """Bring the words of a batch as far as they will have to be, if a thread is free for it.

        Returns:
            What is to be called before anybody else may look at the embeddings.
        """
        if self._rows is None or upcoming is None:
            return lambda: None
        job = partial(self._rows.foresee, upcoming.layout.words, self._rows.steps + 1)
        return self._second_thread.try_to(job)

    def answers(
        self, texts: EncodedTexts, batches: Iterable[Rows]
    ) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        layouts = (self._network.lay_out(texts, rows) for rows in batches)
        for layout in layouts:  # the second thread reads every other one
            other = next(layouts, None)
            job = None if other is None else self._second_thread.start(partial(self._read, other))
            yield self._read(layout), layout.labels
            if other is not None and job is not None:
                yield job(), other.labels

    def _read(self, layout: Layout) -> torch.Tensor:
        words = layout.words
        x = self._look_up(words) if self._rows is None else self._rows.look(words)
        return self._network.read(layout, x).logits

    def _prepare(self, texts: EncodedTexts, rows: Rows) -> _Prepared:
        return _Prepared(rows=rows, layout=self._network.lay_out(texts, rows))

    def _look_up(self, words: torch.Tensor) -> torch.Tensor:
        return self._embeddings[words]
