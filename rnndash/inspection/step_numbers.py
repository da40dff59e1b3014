"""One step of one unit with its real numbers: what the equations of its cell come to.

Letters: T words, I inputs of the layer, H hidden units, D directions, G gates and candidates.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from rnndash.errors import ConfigError
from rnndash.inspection.steps import Contribution, StepNumbers, WeightedSum
from rnndash.inspection.traces import DirectionStates, TextTrace
from rnndash.models import Classifier, ElmanClassifier, LSTMClassifier
from rnndash.models.trace import direction_weights

Numbers = NDArray[np.float64]

LARGEST = 3
"""Products of a sum that are named."""


def step_numbers(
    model: Classifier,
    trace: TextTrace,
    *,
    position: int,
    unit: int,
    layer: int = 0,
    is_backward: bool = False,
) -> StepNumbers:
    """The numbers in one unit's equations at one word, computed anew in double precision.

    Args:
        model: the network that `trace` is of.
        position: which word, from 0.
        unit: which unit of the direction, from 0.
        layer: from 0.

    Raises:
        ConfigError: there is no such word, unit, layer or direction.
    """
    states = trace.direction(layer, is_backward=is_backward)
    _check("word", position, len(trace))
    _check("unit", unit, states.hidden_dim)
    before = _before(states.h, position, states), _before(states.c, position, states)
    reads = _Reads(
        weights=_weights(model, states),
        x=_input(model, trace, states, position),
        h=before[0],
        unit=unit,
    )
    h_before, c_before = (float(part[unit]) for part in before)
    sums, c, h = _new_state(model, reads, h_before, c_before)
    return StepNumbers(
        model=trace.model,
        layer=layer,
        is_backward=is_backward,
        position=position,
        token=trace.tokens[position],
        unit=unit,
        sums=sums,
        h_before=h_before,
        c_before=None if c is None else c_before,
        c=c,
        h=h,
    )


def _new_state(
    model: Classifier, reads: "_Reads", h_before: float, c_before: float
) -> tuple[tuple[WeightedSum, ...], float | None, float]:
    """The equations of the model files for one unit: its sums, its c and its h."""
    if isinstance(model, ElmanClassifier):
        state = reads.summed("h", 0)
        return (state,), None, state.value
    if isinstance(model, LSTMClassifier):
        i, f, g, o = (reads.summed(letter, row) for row, letter in enumerate("ifgo"))
        c = f.value * c_before + i.value * g.value
        return (i, f, g, o), c, o.value * float(np.tanh(c))
    r, z = reads.summed("r", 0), reads.summed("z", 1)
    n = reads.summed("n", 2, reset=r.value)
    return (r, z, n), None, (1 - z.value) * n.value + z.value * h_before


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

    def summed(self, letter: str, row: int, *, reset: float | None = None) -> WeightedSum:
        """The gate, candidate or state whose weights are the `row`-th of those stacked."""
        w_ih, b_ih, w_hh, b_hh = (part[row, self.unit] for part in self.weights)
        is_gate = letter in "iforz"
        plain = WeightedSum(
            letter=letter,
            activation="sigmoid" if is_gate else "tanh",
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
            plain, value=float(0.5 * (1 + np.tanh(total / 2)) if is_gate else np.tanh(total))
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


def _weights(model: Classifier, states: DirectionStates) -> tuple[Numbers, ...]:
    weights = direction_weights(
        model.rnn, states.layer, is_backward=states.is_backward, dtype=torch.float64
    )

    def by_gate(tensor: torch.Tensor) -> Numbers:
        numbers: Numbers = tensor.detach().numpy()
        return numbers.reshape(-1, states.hidden_dim, *numbers.shape[1:])

    return tuple(map(by_gate, (weights.w_ih, weights.b_ih, weights.w_hh, weights.b_hh)))


def _input(model: Classifier, trace: TextTrace, states: DirectionStates, position: int) -> Numbers:
    """What the layer reads: the word's embedding, or the outputs of the layer below."""
    if states.layer == 0:
        word: Numbers = model.embedding.weight[trace.ids[position]].detach().double().numpy()
        return word
    below = [each for each in trace.directions if each.layer == states.layer - 1]
    return np.concatenate([each.h[position] for each in below]).astype(np.float64)


def _before(part: NDArray[np.float32] | None, position: int, states: DirectionStates) -> Numbers:
    """The row of the previous word on the direction's way; 0 at its first word or without part."""
    previous = position + 1 if states.is_backward else position - 1
    if part is None or not 0 <= previous < len(part):
        return np.zeros(states.hidden_dim)
    row: Numbers = part[previous].astype(np.float64)
    return row


def _check(name: str, number: int, count: int) -> None:
    if not 0 <= number < count:
        raise ConfigError(
            f"There are {count} {name}s, counted from 0; {name} {number} came. "
            f"Choose one from 0 to {count - 1}."
        )
