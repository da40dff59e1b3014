"""One direction of one recurrent layer by compiled loops, there and back.

The steps through time are in `rnndash.kernels.cells`; the products around them are PyTorch's. What
comes out equals what PyTorch's own layers and autograd give, to the rounding of float32.

Letters: B texts, T time steps, E embedding, H hidden units, G gates and candidates, U rows of the
input.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn.functional import linear

from rnndash.kernels.call import Held, Loop

Gradients = dict[str, torch.Tensor]
"""By the names of the model's parameters."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Steps:
    """The order in which a layer reads.

    Attributes:
        index: `(T, B)` int64, the row of the input that each text reads at each time step.
        sizes: `(T,)` int64, how many texts, from the first, have a word at each step.
    """

    index: torch.Tensor
    sizes: torch.Tensor

    @property
    def one_row_each(self) -> "Steps":
        """The same for an input that has a row of its own for each text at each step."""
        every = torch.arange(self.index.numel())
        return Steps(index=every.view(self.index.shape), sizes=self.sizes)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Pass:
    """What was read, with all that its gradients need.

    Attributes:
        x: `(U, E)`, the input.
        states: `(T, B, H)`, zeros where a text has ended.
        gates: `(T, B, G*H)`, as the loops left them; likewise `extra`.
    """

    x: torch.Tensor
    steps: Steps
    states: torch.Tensor
    gates: torch.Tensor
    extra: torch.Tensor


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class GateGradients:
    """The gradients of the gates before their activation.

    Attributes:
        from_state: `(T, B, G*H)`, of what the state adds to them.
        from_input: `(U, G*H)`, of what the input adds to them.
    """

    from_state: torch.Tensor
    from_input: torch.Tensor


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
        nn.RNN: ("elman", 1, 0),
        nn.LSTM: ("lstm", 4, 1),
        nn.GRU: ("gru", 3, 3),
    }[type(rnn)]
    forward, backward = loops[f"cells.{name}_forward"], loops[f"cells.{name}_backward"]
    return _Cell(gates=gates, extra=extra, forward=forward, backward=backward)


class Direction:
    """One direction of one layer. Reads the weights anew at every call and never changes them.

    Args:
        rnn: on the CPU, in float32.
        layer: from 0.
        loops: what `rnndash.kernels.library.load_loops` gives.
        is_backward: whether it reads from the end.
    """

    def __init__(
        self, rnn: nn.RNNBase, layer: int, loops: Mapping[str, Loop], *, is_backward: bool
    ) -> None:
        self._cell = _cell(rnn, loops)
        self._is_backward = is_backward
        self._names = [
            f"{part}_l{layer}{'_reverse' if is_backward else ''}"
            for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        ]
        weights = [getattr(rnn, name).detach() for name in self._names]  # they share their memory
        self._w_ih, self._w_hh, self._b_ih, b_hh = weights
        self._held_w_hh, self._held_b_hh = Held(self._w_hh), Held(b_hh)

    def read(self, x: torch.Tensor, steps: Steps, states: torch.Tensor) -> Pass:
        """Read an input `(U, E)` and fill `states`, `(T, B, H)`, which come as zeros."""
        size, shape = self._w_hh.shape[1], steps.index.shape
        gates = torch.empty(*shape, self._cell.gates * size)
        extra = torch.zeros(*shape, self._cell.extra * size)
        self._cell.forward(
            linear(x, self._w_ih, self._b_ih),  # (U, G*H)
            steps.index,
            steps.sizes,
            self._w_hh.t().contiguous(),
            self._held_b_hh,
            self._is_backward,
            states,
            gates,
            extra,
            _spare(shape[1], size),
        )
        return Pass(x=x, steps=steps, states=states, gates=gates, extra=extra)

    def back(self, passed: Pass, d_out: torch.Tensor) -> GateGradients:
        """Go back through time, from the gradients of the states, `(T, B, H)`."""
        from_state = torch.zeros(passed.gates.shape)
        from_input = torch.zeros(len(passed.x), from_state.shape[2])
        self._cell.backward(
            passed.steps.index,
            passed.steps.sizes,
            self._held_w_hh,
            self._is_backward,
            passed.states,
            passed.gates,
            passed.extra,
            d_out.contiguous(),
            from_state,
            from_input,
            _spare(*passed.states.shape[1:]),
        )
        return GateGradients(from_state=from_state, from_input=from_input)

    def of_input(self, d_gates: GateGradients) -> torch.Tensor:
        """The gradients of the input, `(U, E)`."""
        return torch.mm(d_gates.from_input, self._w_ih)

    def of_weights(self, passed: Pass, d_gates: GateGradients) -> Gradients:
        """The gradients of the weights and biases, by the names that `rnn` has for them."""
        states, d = passed.states, d_gates.from_state
        after, before = (d[:-1], states[1:]) if self._is_backward else (d[1:], states[:-1])
        gradients = (
            d_gates.from_input.t() @ passed.x,  # (G*H, E)
            after.flatten(0, 1).t() @ before.flatten(0, 1),  # (G*H, H)
            d_gates.from_input.sum(dim=0),
            d.sum(dim=(0, 1)),
        )
        return dict(zip(self._names, gradients, strict=True))


def _spare(batch: int, size: int) -> torch.Tensor:
    """What the loops work with, since they make no arrays."""
    return torch.zeros(3, batch, size)
