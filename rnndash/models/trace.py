"""All states of a recurrent network while it reads one text, step by step.

`torch.nn` returns the hidden states of the top layer alone. Here the equations of the model files
are computed one word at a time, so that every state and gate of every layer can be seen, and a
gradient can be taken with respect to any of them.

Letters: T words, E embedding, H hidden units, L layers, D directions, G gates and candidates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import torch

from rnndash.config.cell import Cell

_Item = TypeVar("_Item")


class RecurrentLayers(Protocol):
    """The layers of a network as `nn.RNN`, `nn.LSTM` and `nn.GRU` hold them.

    Their weights are named as there: `weight_ih_l0`, `bias_hh_l1_reverse` and so on.
    """

    hidden_size: int
    num_layers: int
    bidirectional: bool


State = tuple[torch.Tensor, ...]
"""What a cell passes to the next step: `(h,)`, or `(h, c)` for the LSTM; each `(…, H)`."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CellWeights:
    """The weights of one direction of one layer; the rows of all gates stand below each other.

    Attributes:
        w_ih: `(G*H, E)`; in layers above the first `(G*H, D*H)`.
        b_ih: `(G*H,)`.
        w_hh: `(G*H, H)`.
        b_hh: `(G*H,)`.
    """

    w_ih: torch.Tensor
    b_ih: torch.Tensor
    w_hh: torch.Tensor
    b_hh: torch.Tensor

    def from_input(self, x: torch.Tensor) -> torch.Tensor:
        """W_i x_t + b_i of every gate: `(…, G*H)`."""
        return x @ self.w_ih.T + self.b_ih

    def from_state(self, h: torch.Tensor) -> torch.Tensor:
        """W_h h_(t-1) + b_h of every gate: `(…, G*H)`."""
        return h @ self.w_hh.T + self.b_hh


class Step(Protocol):
    """One time step of a cell, as in the equations of its model file."""

    def __call__(
        self, from_input: torch.Tensor, before: State, weights: CellWeights
    ) -> tuple[State, dict[str, torch.Tensor]]:
        """Compute the state after a word from that before it, for each row separately.

        Args:
            from_input: `(…, G*H)`, W_i x_t + b_i of every gate.
            before: the state after the previous word.

        Returns:
            The state after this word, and the gates and the candidate by their letters.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class DirectionTrace:
    """Everything that one direction of one layer computes, in the order of the words.

    The direction that reads from the end has its first step at the last word.

    Attributes:
        layer: from 0.
        is_backward: whether it reads from the end.
        x: `(T, E)`, what it reads; in layers above the first `(T, D*H)`, the outputs below.
        states: T states, each of `(H,)`: the tensors that were handed on themselves, for gradients.
        gates: `(T, H)` each, by the letters of the model file; none in the simple network.
    """

    layer: int
    is_backward: bool
    x: torch.Tensor
    states: tuple[State, ...]
    gates: Mapping[str, torch.Tensor]

    @property
    def h(self) -> torch.Tensor:
        """`(T, H)`, the hidden states."""
        return torch.stack([state[0] for state in self.states])

    @property
    def c(self) -> torch.Tensor | None:
        """`(T, H)`, the cell states; None where the cell has none."""
        if len(self.states[0]) == 1:
            return None
        return torch.stack([state[1] for state in self.states])

    @property
    def final(self) -> State:
        """The state after the direction's last step: at the last word, or backward at the first."""
        return self.states[0 if self.is_backward else -1]


def direction_weights(
    rnn: RecurrentLayers, layer: int, *, is_backward: bool, dtype: torch.dtype
) -> CellWeights:
    """The weights of one direction of a layer."""
    place = f"l{layer}{'_reverse' if is_backward else ''}"
    return CellWeights(
        w_ih=getattr(rnn, f"weight_ih_{place}").to(dtype),
        b_ih=getattr(rnn, f"bias_ih_{place}").to(dtype),
        w_hh=getattr(rnn, f"weight_hh_{place}").to(dtype),
        b_hh=getattr(rnn, f"bias_hh_{place}").to(dtype),
    )


def trace_layers(
    rnn: RecurrentLayers, x: torch.Tensor, step: Step, cell: Cell
) -> tuple[DirectionTrace, ...]:
    """Read one text with every layer and direction, computing in the precision of `x`.

    Args:
        x: `(T, E)`, T at least 1.
        step: of the cell.

    Returns:
        L*D traces, lowest layer first, forward before backward.
    """
    traces: list[DirectionTrace] = []
    for layer in range(rnn.num_layers):
        of_layer = [
            _trace_direction(rnn, x, step, cell, layer, is_backward=is_backward)
            for is_backward in ((False, True) if rnn.bidirectional else (False,))
        ]
        traces += of_layer
        x = torch.cat([trace.h for trace in of_layer], dim=1)  # (T, D*H)
    return tuple(traces)


def _trace_direction(
    rnn: RecurrentLayers,
    x: torch.Tensor,
    step: Step,
    cell: Cell,
    layer: int,
    *,
    is_backward: bool,
) -> DirectionTrace:
    weights = direction_weights(rnn, layer, is_backward=is_backward, dtype=x.dtype)
    order = _in_reading_order(range(len(x)), is_backward=is_backward)
    from_input = weights.from_input(x)  # (T, G*H)
    state: State = (x.new_zeros(rnn.hidden_size),) * len(cell.facts.states)
    states, gates = [], []
    for position in order:
        state, of_step = step(from_input[position], state, weights)
        states.append(state)
        gates.append(of_step)
    return DirectionTrace(
        layer=layer,
        is_backward=is_backward,
        x=x,
        states=tuple(_in_reading_order(states, is_backward=is_backward)),
        gates={
            letter: torch.stack(
                [of_step[letter] for of_step in _in_reading_order(gates, is_backward=is_backward)]
            )
            for letter in gates[0]
        },
    )


def _in_reading_order(items: Sequence[_Item], *, is_backward: bool) -> Sequence[_Item]:
    """From the order of the words to that in which the direction reads them, or the reverse."""
    return items[::-1] if is_backward else items
