"""The classifiers' answers and gradients by compiled loops, for training on a CPU.

`CompiledNetwork` computes what the model itself does, and what autograd would make of that, to the
rounding of float32. The model keeps its parameters and its `forward`, by which it is used
everywhere else.

What the input adds to the gates is computed once for each different word of a batch.

Letters: B texts, T time steps, E embedding, H hidden units, D directions, U different words,
C classes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import linear

from rnndash.batches import Batch
from rnndash.kernels.library import Loop
from rnndash.models import Classifier, ElmanClassifier
from rnndash.recurrence import Direction, Gradients, Pass, Steps

_Result = TypeVar("_Result")


class Start(Protocol):
    """Begins a job and gives what gives its result, as `rnndash.second_thread` does."""

    def __call__(self, job: Callable[[], _Result], /) -> Callable[[], _Result]: ...


def when_wanted(job: Callable[[], _Result]) -> Callable[[], _Result]:
    """Does not begin before the result is wanted."""
    return job


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Layout:
    """A batch as it will be read.

    Attributes:
        words: `(U,)` int64, the different words, in the order of their first places.
        order: `(B,)` int64, which text is read in which row; None where that is as it came.
        ends: `(B,)` int64, the last time step of each row.
    """

    words: NDArray[np.int64]
    order: torch.Tensor | None
    ends: torch.Tensor
    steps: Steps


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Reading:
    """A batch that was read.

    Attributes:
        logits: `(B, C)`, in the order in which the texts came.
        state: `(B, D*H)`, what they are computed from, in the order in which they were read.
        passes: of each layer, from below, of each direction.
    """

    layout: Layout
    logits: torch.Tensor
    state: torch.Tensor
    passes: Sequence[Sequence[Pass]]


class CompiledNetwork:
    """Reads padded batches as a model does, and goes the way back.

    Args:
        model: on the CPU. Its parameters are read at every call, and never changed.
        loops: what `rnndash.kernels.library.load_loops` gives.
    """

    def __init__(self, model: Classifier, loops: Mapping[str, Loop]) -> None:
        self._number_words = loops["rows.number_words"]
        self._learns_words = model.embedding.weight.requires_grad
        self._places = np.full(model.embedding.num_embeddings, -1, dtype=np.int64)
        self._is_mean = isinstance(model, ElmanClassifier)
        self._is_packed = not isinstance(model, ElmanClassifier) and model.packed
        self._layers = [
            [
                Direction(model.rnn, layer, loops, is_backward=is_backward)
                for is_backward in ((False, True) if model.rnn.bidirectional else (False,))
            ]
            for layer in range(model.rnn.num_layers)
        ]
        self._fc_weight, self._fc_bias = model.fc.weight.detach(), model.fc.bias.detach()

    def lay_out(self, batch: Batch) -> Layout:
        """Number a batch's words, and sort its texts, longest first, if they are to be packed."""
        tokens, lengths = batch.tokens.numpy(), batch.lengths.numpy()
        (size, steps), order = tokens.shape, None
        if self._is_packed:
            by_length = np.argsort(-lengths, kind="stable")
            tokens, lengths = tokens[by_length], lengths[by_length]
            order = torch.from_numpy(by_length)
            sizes = (np.arange(steps)[:, None] < lengths).sum(axis=1)
        else:
            lengths = np.full(size, steps)
            sizes = np.full(steps, size)
        index = np.zeros((steps, size), dtype=np.int64)
        words, count = np.empty(tokens.size, dtype=np.int64), np.empty(1, dtype=np.int64)
        self._number_words(tokens, sizes, self._places, index, words, count)
        return Layout(
            words=words[: count[0]],
            order=order,
            ends=torch.from_numpy(lengths - 1),
            steps=Steps(index=index, sizes=sizes),
        )

    @torch.no_grad()
    def read(self, layout: Layout, x: torch.Tensor) -> Reading:
        """The model's answers to a batch.

        Args:
            x: `(U, E)`, the embeddings of its words.
        """
        steps = layout.steps
        passes: list[list[Pass]] = []
        for directions in self._layers:
            if passes:
                below = [passed.states for passed in passes[-1]]
                x, steps = torch.cat(below, dim=2).flatten(0, 1), layout.steps.one_row_each
            passes.append([direction.read(x, steps) for direction in directions])
        state = self._answer_state(layout, [passed.states for passed in passes[-1]])
        logits = read = linear(state, self._fc_weight, self._fc_bias)  # (B, C)
        if layout.order is not None:
            logits = torch.empty_like(read)
            logits[layout.order] = read
        return Reading(layout=layout, logits=logits, state=state, passes=passes)

    def _answer_state(self, layout: Layout, outputs: Sequence[torch.Tensor]) -> torch.Tensor:
        """`(B, D*H)`, from the top layer's states."""
        if self._is_mean:
            return torch.cat(list(outputs), dim=2).mean(dim=0)
        # each direction at the end of its own way
        last = outputs[0][layout.ends, torch.arange(len(layout.ends))]  # (B, H)
        return torch.cat([last, *(backward[0] for backward in outputs[1:])], dim=1)

    @torch.no_grad()
    def gradients(
        self, reading: Reading, d_logits: torch.Tensor, start: Start = when_wanted
    ) -> tuple[torch.Tensor | None, Callable[[], Gradients]]:
        """What autograd gives, from the gradients of the logits, `(B, C)`.

        Args:
            start: begins the products that give the gradients of the state's weights, which have
                time until the end.

        Returns:
            The gradients of the words' embeddings, `(U, E)`, None if these are frozen, and what
            gives those of all other parameters, to be called once.
        """
        order = reading.layout.order
        d_read = d_logits if order is None else d_logits[order]
        of_fc = {"fc.weight": d_read.t() @ reading.state, "fc.bias": d_read.sum(dim=0)}
        d_outputs = self._top_gradients(reading, d_read @ self._fc_weight)
        parts: list[Callable[[], Gradients]] = []
        d_x: torch.Tensor | None = None
        for layer in range(len(self._layers) - 1, -1, -1):
            directions, passes, d_inputs = self._layers[layer], reading.passes[layer], []
            for direction, passed, d_out in zip(directions, passes, d_outputs, strict=True):
                d_gates = direction.back(passed, d_out)
                parts.append(start(partial(direction.of_state_weights, passed, d_gates)))
                parts.append(partial(direction.of_input_weights, passed, d_gates))
                if layer or self._learns_words:
                    d_inputs.append(direction.of_input(d_gates))
            d_x = sum(d_inputs[1:], d_inputs[0]) if d_inputs else None
            if layer and d_x is not None:  # of the states below: (T*B, D*H)
                d_below = d_x.view(*passes[0].steps.index.shape, -1)
                d_outputs = d_below.chunk(len(passes), dim=2)

        def of_weights() -> Gradients:
            of_rnn = [part() for part in reversed(parts)]  # those that were begun first come last
            return of_fc | {f"rnn.{name}": d for of in of_rnn for name, d in of.items()}

        return d_x, of_weights

    def _top_gradients(self, reading: Reading, d_state: torch.Tensor) -> Sequence[torch.Tensor]:
        """Of the top layer's states, `(T, B, H)` for each direction, from those of `state`."""
        shapes = [passed.states.shape for passed in reading.passes[-1]]
        d_directions = d_state.chunk(len(shapes), dim=1)  # (B, H) each
        if self._is_mean:
            return [
                (d / shape[0]).expand(shape) for d, shape in zip(d_directions, shapes, strict=True)
            ]
        d_outputs = [torch.zeros(shape) for shape in shapes]
        d_outputs[0][reading.layout.ends, torch.arange(len(d_state))] = d_directions[0]
        for d_backward, d in zip(d_outputs[1:], d_directions[1:], strict=True):
            d_backward[0] = d
        return d_outputs
