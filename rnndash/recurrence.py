"""The classifiers' answers by compiled loops, for training on a CPU.

`CompiledReader` computes what the model itself does, to the rounding of float32, and its
gradients. The model keeps its parameters and its `forward`, by which it is used everywhere else.

What the input adds to the gates is computed once for each different word of a batch. The rest is
in `rnndash.kernels.cells`.

Letters: B texts, T time steps, E embedding, H hidden units, D directions, G gates and candidates,
U different words, C classes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.functional import linear

from rnndash.kernels.library import Loop
from rnndash.models import Classifier, ElmanClassifier
from rnndash.models.trace import direction_weights

Embed = Callable[[NDArray[np.int64]], torch.Tensor]
"""The embeddings `(U, E)` of U words."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Cell:
    """The loops of a kind of cell.

    Attributes:
        gates: gates and candidates, G.
        extra: how many numbers for each unit the loops keep besides.
    """

    gates: int
    extra: int
    forward: Loop
    backward: Loop


def _cell(rnn: nn.RNNBase, loops: Mapping[str, Loop]) -> _Cell:
    name, gates, extra = {
        nn.RNN: ("elman", 1, 1),
        nn.LSTM: ("lstm", 4, 1),
        nn.GRU: ("gru", 3, 3),
    }[type(rnn)]
    forward, backward = loops[f"cells.{name}_forward"], loops[f"cells.{name}_backward"]
    return _Cell(gates=gates, extra=extra, forward=forward, backward=backward)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Steps:
    """The order in which a direction of a layer reads.

    Attributes:
        index: `(T, B)` int64, the row of the input that each text reads at each time step.
        sizes: `(T,)` int64, how many texts, from the first, have a word at each step.
        is_backward: whether it reads from the end.
    """

    index: NDArray[np.int64]
    sizes: NDArray[np.int64]
    is_backward: bool = False


class CompiledReader:
    """Gives a model's logits for padded batches, by compiled loops.

    Args:
        model: on the CPU.
        loops: what `rnndash.kernels.library.load_loops` gives.
    """

    def __init__(self, model: Classifier, loops: Mapping[str, Loop]) -> None:
        self._model = model
        self._cell = _cell(model.rnn, loops)
        self._number_words = loops["rows.number_words"]
        self._packed = not isinstance(model, ElmanClassifier) and model.packed
        self._places = np.full(model.embedding.num_embeddings, -1, dtype=np.int64)

    def __call__(
        self, tokens: torch.Tensor, lengths: torch.Tensor, embed: Embed | None = None
    ) -> torch.Tensor:
        """The model's answers to a padded batch, as `(B, C)` logits.

        Args:
            tokens: `(B, T)` int64.
            lengths: `(B,)` int64, each at least 1.
            embed: gives the words' embeddings; by default those of the model.
        """
        order, ends, steps, words = self._lay_out(tokens.numpy(), lengths.numpy())
        x = self._model.embedding.weight[words] if embed is None else embed(words)  # (U, E)
        outputs = self._outputs(x, steps)
        if isinstance(self._model, ElmanClassifier):
            state = torch.cat(outputs, dim=2).mean(dim=0)  # (B, D*H)
        else:  # each direction at the end of its own way
            last = outputs[0][ends, torch.arange(len(ends))]  # (B, H)
            state = torch.cat([last, *(backward[0] for backward in outputs[1:])], dim=1)
        logits: torch.Tensor = self._model.fc(state)  # (B, C)
        return logits if order is None else logits[order]

    def _lay_out(
        self, tokens: NDArray[np.int64], lengths: NDArray[np.int64]
    ) -> tuple[torch.Tensor | None, torch.Tensor, _Steps, NDArray[np.int64]]:
        """Sort a batch to be packed, longest first, and number its words.

        Returns:
            Where in the new order each text is, None for the order given; the last step of each
            text, in the new order; the order of reading; the different words.
        """
        batch, steps = tokens.shape
        order = None
        if self._packed:
            by_length = np.argsort(-lengths, kind="stable")
            tokens, lengths = tokens[by_length], lengths[by_length]
            order = torch.from_numpy(np.argsort(by_length))
            sizes = (np.arange(steps)[:, None] < lengths).sum(axis=1)
        else:
            lengths = np.full(batch, steps)
            sizes = np.full(steps, batch)
        index = np.zeros((steps, batch), dtype=np.int64)
        words, count = np.empty(tokens.size, dtype=np.int64), np.empty(1, dtype=np.int64)
        self._number_words(tokens, sizes, self._places, index, words, count)
        return (
            order,
            torch.from_numpy(lengths - 1),
            _Steps(index=index, sizes=sizes),
            words[: count[0]],
        )

    def _outputs(self, x: torch.Tensor, steps: _Steps) -> list[torch.Tensor]:
        """The top layer's states: `(T, B, H)` for each direction."""
        rnn: nn.RNNBase = self._model.rnn
        every_cell = np.arange(steps.index.size).reshape(steps.index.shape)
        outputs: list[torch.Tensor] = []
        for layer in range(rnn.num_layers):
            if layer:
                x = torch.cat(outputs, dim=2).flatten(0, 1)  # (T*B, D*H)
                steps = replace(steps, index=every_cell)
            outputs = []
            for is_backward in (False, True) if rnn.bidirectional else (False,):
                weights = direction_weights(rnn, layer, is_backward=is_backward, dtype=x.dtype)
                outputs.append(
                    _Direction.apply(  # type: ignore[no-untyped-call]
                        linear(x, weights.w_ih, weights.b_ih),  # (U, G*H)
                        weights.w_hh,
                        weights.b_hh,
                        replace(steps, is_backward=is_backward),
                        self._cell,
                    )
                )
        return outputs


class _Direction(torch.autograd.Function):
    """One direction of one layer, from what the input adds to the gates to the states."""

    @staticmethod
    def forward(
        ctx: Any,
        x: torch.Tensor,
        w_hh: torch.Tensor,
        b_hh: torch.Tensor,
        steps: _Steps,
        cell: _Cell,
    ) -> torch.Tensor:
        size, shape = w_hh.shape[1], steps.index.shape
        # PyTorch aligns its memory, NumPy does not, and products depend on that in the last bit.
        states = torch.zeros(*shape, size)
        gates = np.empty((*shape, cell.gates * size), np.float32)
        extra = np.zeros((*shape, cell.extra * size), np.float32)
        cell.forward(
            x.detach().numpy(),
            steps.index,
            steps.sizes,
            w_hh.detach().t().contiguous().numpy(),
            b_hh.detach().numpy(),
            steps.is_backward,
            states.numpy(),
            gates,
            extra,
            _spare(shape[1], size),
        )
        ctx.weights, ctx.words, ctx.steps, ctx.cell = w_hh, len(x), steps, cell
        ctx.kept = (states.detach(), gates, extra)  # what is returned would hold itself for ever
        return states

    @staticmethod
    def backward(ctx: Any, *d_out: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        steps, (states, gates, extra) = ctx.steps, ctx.kept
        w_hh = ctx.weights.detach()
        d_gates = torch.zeros(gates.shape)
        d_x = torch.zeros(ctx.words, gates.shape[2])
        ctx.cell.backward(
            steps.index,
            steps.sizes,
            w_hh.numpy(),
            steps.is_backward,
            states.numpy(),
            gates,
            extra,
            d_out[0].contiguous().numpy(),
            d_gates.numpy(),
            d_x.numpy(),
            _spare(*states.shape[1:]),
        )
        after, before = (
            (d_gates[:-1], states[1:]) if steps.is_backward else (d_gates[1:], states[:-1])
        )
        d_w = after.flatten(0, 1).t() @ before.flatten(0, 1)  # (G*H, H)
        return d_x, d_w, d_gates.sum(dim=(0, 1)), None, None


def _spare(batch: int, size: int) -> NDArray[np.float32]:
    """What the loops work with, since they make no arrays."""
    return np.zeros((3, batch, size), np.float32)
