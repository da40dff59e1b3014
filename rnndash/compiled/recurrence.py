"""One direction of one recurrent layer, forward and backward, by compiled kernels.

The time steps are in the kernels; the products around them are PyTorch's. The results equal those
of PyTorch's own layers and autograd, to the rounding of float32.

Letters: B texts, T time steps, E embedding, H hidden units, G gates and candidates, U rows of the
input, S saved activations besides the gates.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import nn
from torch.nn.functional import linear

from rnndash.kernels import elman, gru, lstm
from rnndash.kernels.arrays import ArrayView
from rnndash.kernels.cells import BackwardKernel, ForwardKernel
from rnndash.models import Classifier, ElmanClassifier, GRUClassifier, LSTMClassifier

Gradients = dict[str, torch.Tensor]
"""By the names of the model's parameters."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CellKernels:
    """The kernels of a cell.

    Attributes:
        gates: gates and candidates, G.
        saved: saved activations of each unit besides the gates, S.
    """

    gates: int
    saved: int
    forward: ForwardKernel
    backward: BackwardKernel


_KERNELS: Mapping[type[nn.Module], CellKernels] = MappingProxyType(
    {
        ElmanClassifier: CellKernels(
            gates=1, saved=0, forward=elman.forward, backward=elman.backward
        ),
        LSTMClassifier: CellKernels(gates=4, saved=1, forward=lstm.forward, backward=lstm.backward),
        GRUClassifier: CellKernels(gates=3, saved=3, forward=gru.forward, backward=gru.backward),
    }
)
"""By the very class of a model: one that inherits from it may compute something else."""


def has_kernels(model: Classifier) -> bool:
    """Whether kernels can compute what the model computes."""
    return type(model) in _KERNELS


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class InputOrder:
    """The order in which a layer reads the rows of its input.

    Attributes:
        rows: `(T, B)` int64, the row of the input that each text reads at each time step.
        batch_sizes: `(T,)` int64, how many texts, from the first, have a word at each time step.
    """

    rows: torch.Tensor
    batch_sizes: torch.Tensor

    @property
    def of_layer_above(self) -> "InputOrder":
        """The same for an input `(T*B, D*H)` with a row for each text at each time step."""
        rows = torch.arange(self.rows.numel())
        return InputOrder(rows=rows.view(self.rows.shape), batch_sizes=self.batch_sizes)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Activations:
    """A direction's forward pass, with everything that its backward pass needs.

    Attributes:
        x: `(U, E)`, the input.
        states: `(T, B, H)`, zeros where a text has ended.
        gates: `(T, B, G*H)`, activated.
        saved: `(T, B, S*H)`, the cell's saved activations besides.
    """

    x: torch.Tensor
    order: InputOrder
    states: torch.Tensor
    gates: torch.Tensor
    saved: torch.Tensor


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class GateGradients:
    """The gradients of the gates before their activation.

    Attributes:
        from_state: `(T, B, G*H)`, of what the state adds to them.
        from_input: `(U, G*H)`, of what the input adds to them.
    """

    from_state: torch.Tensor
    from_input: torch.Tensor


class Direction:
    """One direction of one layer. It reads the weights at every call and never changes them.

    Args:
        model: on the CPU, in float32; it has kernels.
        layer: from 0.
        is_backward: whether it reads from the end.
    """

    def __init__(self, model: Classifier, layer: int, *, is_backward: bool) -> None:
        self._kernels = _KERNELS[type(model)]
        self._is_backward = is_backward
        self._names = [
            f"{part}_l{layer}{'_reverse' if is_backward else ''}"
            for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        ]
        weights = [getattr(model.rnn, name).detach() for name in self._names]  # no copies
        self._w_ih, self._w_hh, self._b_ih, b_hh = weights
        self._w_hh_view, self._b_hh_view = ArrayView(self._w_hh), ArrayView(b_hh)

    def forward(self, x: torch.Tensor, order: InputOrder, states: torch.Tensor) -> Activations:
        """Read an input `(U, E)` and fill `states`, `(T, B, H)`, zeros before."""
        hidden_dim, shape = self._w_hh.shape[1], order.rows.shape
        gates = torch.empty(*shape, self._kernels.gates * hidden_dim)
        saved = torch.zeros(*shape, self._kernels.saved * hidden_dim)
        self._kernels.forward(
            from_input=linear(x, self._w_ih, self._b_ih),  # (U, G*H)
            input_rows=order.rows,
            batch_sizes=order.batch_sizes,
            w_hh_t=self._w_hh.t().contiguous(),
            b_hh=self._b_hh_view,
            is_backward=self._is_backward,
            states=states,
            gates=gates,
            saved_activations=saved,
            workspace=_workspace(shape[1], hidden_dim),
        )
        return Activations(x=x, order=order, states=states, gates=gates, saved=saved)

    def backward(self, activations: Activations, d_states: torch.Tensor) -> GateGradients:
        """Backpropagation through time, from the gradients of the states, `(T, B, H)`."""
        from_state = torch.zeros(activations.gates.shape)
        from_input = torch.zeros(len(activations.x), from_state.shape[2])
        self._kernels.backward(
            input_rows=activations.order.rows,
            batch_sizes=activations.order.batch_sizes,
            w_hh=self._w_hh_view,
            is_backward=self._is_backward,
            states=activations.states,
            gates=activations.gates,
            saved_activations=activations.saved,
            d_states=d_states.contiguous(),
            d_from_state=from_state,
            d_from_input=from_input,
            workspace=_workspace(*activations.states.shape[1:]),
        )
        return GateGradients(from_state=from_state, from_input=from_input)

    def input_gradients(self, d_gates: GateGradients) -> torch.Tensor:
        """The gradients of the input, `(U, E)`."""
        return torch.mm(d_gates.from_input, self._w_ih)

    def weight_gradients(self, activations: Activations, d_gates: GateGradients) -> Gradients:
        """The gradients of the weights and biases, by the names that PyTorch's layer gives them."""
        states, d = activations.states, d_gates.from_state
        after, before = (d[:-1], states[1:]) if self._is_backward else (d[1:], states[:-1])
        gradients = (
            d_gates.from_input.t() @ activations.x,  # (G*H, E)
            after.flatten(0, 1).t() @ before.flatten(0, 1),  # (G*H, H)
            d_gates.from_input.sum(dim=0),
            d.sum(dim=(0, 1)),
        )
        return dict(zip(self._names, gradients, strict=True))


def _workspace(batch: int, hidden_dim: int) -> torch.Tensor:
    """Memory for the kernels, which allocate none."""
    return torch.zeros(3, batch, hidden_dim)
