"""Computes one step of one unit in numbers, by the equations of its cell.

Letters: T words, I inputs of the layer, H hidden units, D directions, G gates and candidates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from rnndash.config.cell import CellFacts, Gate
from rnndash.errors import ConfigError
from rnndash.inspection.network import Network
from rnndash.inspection.steps import Contribution, StepNumbers, WeightedSum
from rnndash.inspection.traces import DirectionStates, TextTrace
from rnndash.models import Classifier
from rnndash.models.trace import CellWeights, direction_weights

Numbers = NDArray[np.float64]

LARGEST = 3
"""Products of a sum that are named."""
_TOLERANCE = 1e-6
"""Of the comparison with the model's own step, relative and absolute."""


def step_numbers(
    network: Network,
    trace: TextTrace,
    *,
    position: int,
    unit: int,
    layer: int = 0,
    is_backward: bool = False,
) -> StepNumbers:
    """The numbers in one unit's equations at one word, computed in double precision.

    Args:
        trace: of the text, read by this network.
        position: which word, from 0.
        unit: which unit of the direction, from 0.
        layer: from 0.

    Raises:
        ConfigError: there is no such word, unit, layer or direction.
        ValueError: the model's step computes a gate that its cell's row in the table does not
            express. A fault of the program, not of its user.
    """
    model = network.model
    states = trace.direction(layer, is_backward=is_backward)
    _check("word", position, len(trace))
    _check("unit", unit, states.hidden_dim)
    cell = trace.network.kind.facts.cell.facts
    before = [_before(states.part(letter), position, states) for letter in cell.states]
    weights = direction_weights(model.rnn, layer, is_backward=is_backward, dtype=torch.float64)
    x = _input(model, trace, states, position)
    reads = _Reads(
        weights=_by_gate(weights, states.hidden_dim),
        x=x,
        h=before[0],
        unit=unit,
    )
    after, gates = _step(model, weights, x, before)
    sums = _weighted_sums(cell, reads)
    _check_gates(cell, sums, gates | dict(zip(cell.states, after, strict=True)), unit)
    h_before, c_before = _h_and_c([float(part[unit]) for part in before])
    h, c = _h_and_c([float(part[unit]) for part in after])
    return StepNumbers(
        model=trace.network.kind,
        layer=layer,
        is_backward=is_backward,
        position=position,
        token=trace.text.shown[position],
        unit=unit,
        sums=sums,
        h_before=h_before,
        c_before=c_before,
        c=c,
        h=h,
    )


def _weighted_sums(cell: CellFacts, reads: "_Reads") -> tuple[WeightedSum, ...]:
    """The gates and candidates of one unit, in the order in which their weights are stacked."""
    sums: dict[str, WeightedSum] = {}
    for row, gate in enumerate(cell.gates):
        reset = None if gate.reset_by is None else sums[gate.reset_by].value
        sums[gate.letter] = reads.summed(gate, row, reset=reset)
    return tuple(sums.values())


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Reads:
    """What a unit reads at a step.

    Attributes:
        weights: w_ih `(G, H, I)`, b_ih `(G, H)`, w_hh `(G, H, H)`, b_hh `(G, H)`.
        x: `(I,)`.
        h: `(H,)`, after the previous word.
        unit: which one reads.
    """

    weights: tuple[Numbers, ...]
    x: Numbers
    h: Numbers
    unit: int

    def summed(self, gate: Gate, row: int, *, reset: float | None = None) -> WeightedSum:
        """The gate whose weights are the `row`-th of those stacked."""
        w_ih, b_ih, w_hh, b_hh = (part[row, self.unit] for part in self.weights)
        is_sigmoid = gate.activation == "sigmoid"
        plain = WeightedSum(
            letter=gate.letter,
            activation=gate.activation,
            from_input=float(w_ih @ self.x),
            input_bias=float(b_ih),
            from_state=float(w_hh @ self.h),
            state_bias=float(b_hh),
            reset=reset,
            value=0.0,
            largest=self._largest(w_ih, w_hh, 1.0 if reset is None else reset),
        )
        total = plain.total
        return replace(
            plain, value=float(0.5 * (1 + np.tanh(total / 2)) if is_sigmoid else np.tanh(total))
        )

    def _largest(self, w_ih: Numbers, w_hh: Numbers, reset: float) -> tuple[Contribution, ...]:
        products = np.concatenate([w_ih * self.x, reset * w_hh * self.h])
        inputs = len(self.x)
        return tuple(
            Contribution(source="x", number=at, weight=float(w_ih[at]), value=float(self.x[at]))
            if at < inputs
            else Contribution(
                source="h",
                number=at - inputs,
                weight=float(w_hh[at - inputs]),
                value=float(self.h[at - inputs]),
                factor=reset,
            )
            for at in np.argsort(-np.abs(products), kind="stable")[:LARGEST].tolist()
        )


def _step(
    model: Classifier, weights: CellWeights, x: Numbers, before: Sequence[Numbers]
) -> tuple[list[Numbers], dict[str, Numbers]]:
    """The states and the gates after the step, `(H,)` each, by the model's own file."""
    state = tuple(torch.from_numpy(part) for part in before)
    with torch.no_grad():
        after, gates = model.step(weights.from_input(torch.from_numpy(x)), state, weights)
    return [part.numpy() for part in after], {
        letter: gate.numpy() for letter, gate in gates.items()
    }


def _check_gates(
    cell: CellFacts,
    sums: Sequence[WeightedSum],
    computed: Mapping[str, Numbers],
    unit: int,
) -> None:
    """Refuse a table whose equations are not those that the model computes.

    Args:
        computed: gates and states by the model's own step, `(H,)` each, by letter.
    """
    letters = {each.letter for each in sums} | set(cell.states)
    if letters != set(computed):
        raise ValueError(
            f"{cell.title}: its row in rnndash.config.cell has {sorted(letters)}, and the model's "
            f"step gives {sorted(computed)}. Make them the same."
        )
    for each in sums:
        value = float(computed[each.letter][unit])
        if not np.isclose(each.value, value, rtol=_TOLERANCE, atol=_TOLERANCE, equal_nan=True):
            raise ValueError(
                f"{cell.title}: {cell.gate(each.letter).equation} comes to {each.value:.6g} for "
                f"unit {unit}, and the model's step gives {value:.6g}. A gate in "
                "rnndash.config.cell is a function of W_i x_t + b_i + W_h h_(t-1) + b_h, the "
                "state's part times one other gate at most. Correct the row or the step; other "
                "terms need a new field of Gate, which rnndash.inspection.step_numbers computes."
            )


def _h_and_c(states: Sequence[float]) -> tuple[float, float | None]:
    """Both states of a cell; None for a c that it does not have."""
    h, *others = states
    return h, others[0] if others else None


def _by_gate(weights: CellWeights, hidden_dim: int) -> tuple[Numbers, ...]:
    def split(tensor: torch.Tensor) -> Numbers:
        numbers: Numbers = tensor.detach().numpy()
        return numbers.reshape(-1, hidden_dim, *numbers.shape[1:])

    return tuple(map(split, (weights.w_ih, weights.b_ih, weights.w_hh, weights.b_hh)))


def _input(model: Classifier, trace: TextTrace, states: DirectionStates, position: int) -> Numbers:
    """What the layer reads: the word's embedding, or the outputs of the layer below."""
    if states.layer == 0:
        word: Numbers = model.embedding.weight[trace.text.ids[position]].detach().double().numpy()
        return word
    below = [each for each in trace.directions if each.layer == states.layer - 1]
    return np.concatenate([each.h[position] for each in below]).astype(np.float64)


def _before(part: NDArray[np.float32], position: int, states: DirectionStates) -> Numbers:
    """The row of the word that the direction has read before; 0 at its first word."""
    previous = position + 1 if states.is_backward else position - 1
    if not 0 <= previous < len(part):
        return np.zeros(states.hidden_dim)
    row: Numbers = part[previous].astype(np.float64)
    return row


def _check(name: str, number: int, count: int) -> None:
    if not 0 <= number < count:
        raise ConfigError(
            f"There are {count} {name}s, counted from 0; {name} {number} came. "
            f"Choose one from 0 to {count - 1}."
        )
