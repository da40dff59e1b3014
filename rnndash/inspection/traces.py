"""What is seen inside a network that reads one text, as frozen values. No torch: figures read them.

Letters: T words of the text, H hidden units, D directions, C classes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from rnndash.config.model_kind import ModelKind
from rnndash.errors import ConfigError
from rnndash.text.reserved import UNKNOWN_INDEX


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class DirectionStates:
    """What one direction of one layer holds after each word, in the order of the words.

    The direction that reads from the end takes its first step at the last word, so its row t is
    its state after it has read the words from the end down to t.

    Attributes:
        layer: from 0.
        is_backward: whether it reads from the end.
        h: `(T, H)` float32, the hidden states, -1 to 1.
        c: `(T, H)` float32, the cell states, without limits; None where the cell has none.
        gates: `(T, H)` float32 each, by their letters in the order of the equations. LSTM: `i`,
            `f`, `g`, `o`; GRU: `r`, `z`, `n`; none in the simple network. Gates lie between 0
            and 1, the candidates `g` and `n` between -1 and 1.
    """

    layer: int
    is_backward: bool
    h: NDArray[np.float32]
    c: NDArray[np.float32] | None
    gates: Mapping[str, NDArray[np.float32]]

    def __post_init__(self) -> None:
        others = [*self.gates.values(), *([] if self.c is None else [self.c])]
        if any(other.shape != self.h.shape for other in others):
            raise ValueError(f"All parts have the shape of h, {self.h.shape}.")

    @property
    def hidden_dim(self) -> int:
        """H."""
        return int(self.h.shape[1])

    @property
    def letters(self) -> tuple[str, ...]:
        """What can be looked at: `h`, `c` if there is one, and the gates."""
        return ("h", *(() if self.c is None else ("c",)), *self.gates)

    def part(self, letter: str) -> NDArray[np.float32]:
        """`(T, H)`, the states or the gate of that letter.

        Raises:
            ConfigError: the cell has none of that letter.
        """
        if letter == "h":
            return self.h
        part = self.c if letter == "c" else self.gates.get(letter)
        if part is None:
            raise ConfigError(
                f"This cell has no {letter}: it has {', '.join(self.letters)}. Choose one of these."
            )
        return part

    @property
    def final(self) -> NDArray[np.float32]:
        """`(H,)`, the hidden state at the end of its own way."""
        last: NDArray[np.float32] = self.h[0 if self.is_backward else -1]
        return last


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TextTrace:
    """One text alone, without pads, read by one network.

    Attributes:
        tokens: T words as they were typed, unknown ones too.
        ids: their numbers in the network's vocabulary.
        directions: each layer's, lowest first, forward before backward.
        probabilities: `(T, C)` float64; row t is the answer to the text if it ended at word t.
        readout: `(C, D*H)` float32, the weights of the last, linear layer.
    """

    model: ModelKind
    tokens: tuple[str, ...]
    ids: tuple[int, ...]
    directions: tuple[DirectionStates, ...]
    probabilities: NDArray[np.float64]
    readout: NDArray[np.float32]

    def __post_init__(self) -> None:
        sizes = {len(self.tokens), len(self.ids), len(self.probabilities)}
        sizes |= {len(states.h) for states in self.directions}
        if len(sizes) != 1:
            raise ValueError(f"All parts are as long as the text; they have {sorted(sizes)} rows.")

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def is_unknown(self) -> tuple[bool, ...]:
        """For each word, whether the vocabulary lacks it."""
        return tuple(number == UNKNOWN_INDEX for number in self.ids)

    @property
    def final(self) -> NDArray[np.float64]:
        """`(C,)`, the answer to the whole text."""
        last: NDArray[np.float64] = self.probabilities[-1]
        return last

    @property
    def answer(self) -> int:
        """The class answered to the whole text."""
        return int(self.final.argmax())

    @property
    def num_layers(self) -> int:
        """Recurrent layers."""
        return self.directions[-1].layer + 1

    @property
    def is_bidirectional(self) -> bool:
        """Whether each layer has a second direction."""
        return self.directions[-1].is_backward

    def direction(self, layer: int, *, is_backward: bool = False) -> DirectionStates:
        """The states of one direction of a layer.

        Raises:
            ConfigError: the network has no such layer or no second direction.
        """
        for states in self.directions:
            if (states.layer, states.is_backward) == (layer, is_backward):
                return states
        raise ConfigError(no_such_direction(self.num_layers, layer))


def no_such_direction(num_layers: int, layer: int) -> str:
    """The message for a layer or a direction that a network lacks."""
    if 0 <= layer < num_layers:
        return "This network reads forwards alone. Choose the forward direction."
    return (
        f"The network has {num_layers} {'layer' if num_layers == 1 else 'layers'}, counted from 0; "
        f"layer {layer} came. Choose one from 0 to {num_layers - 1}."
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Contribution:
    """One product in a weighted sum: a weight times what it weighs.

    Attributes:
        source: `x` for an input, `h` for a unit's previous state.
        number: which input or which unit.
        weight: from the weight matrix.
        value: of the input or of the previous state.
        factor: what the product is multiplied by before it is added: the reset gate, for the
            previous states in a GRU's candidate; else 1.
    """

    source: str
    number: int
    weight: float
    value: float
    factor: float = 1.0

    @property
    def product(self) -> float:
        """What it adds to the sum."""
        return self.factor * self.weight * self.value


@dataclass(frozen=True, kw_only=True, slots=True)
class WeightedSum:
    """A gate, a candidate or a simple network's state of one unit: a function of a sum.

    Attributes:
        letter: as in the equations: `i`, `f`, `g`, `o`, `r`, `z`, `n`, or `h`.
        activation: `sigmoid` or `tanh`.
        from_input: W_i x_t.
        input_bias: b_i.
        from_state: W_h h_(t-1).
        state_bias: b_h.
        reset: what the state's part, its bias included, is multiplied by: r_t in a GRU's
            candidate, else None.
        value: after the activation.
        largest: the products that are largest in size, largest first.
    """

    letter: str
    activation: str
    from_input: float
    input_bias: float
    from_state: float
    state_bias: float
    reset: float | None
    value: float
    largest: tuple[Contribution, ...]

    @property
    def total(self) -> float:
        """The sum before the activation."""
        state = self.from_state + self.state_bias
        return (
            self.from_input + self.input_bias + (1.0 if self.reset is None else self.reset) * state
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class StepNumbers:
    """One step of one unit: the real numbers in the equations of its cell.

    Attributes:
        layer: from 0.
        is_backward: whether the unit belongs to the direction that reads from the end.
        position: which word, from 0.
        token: the word.
        unit: which unit, from 0.
        sums: in the order of the equations.
        h_before: of the unit after the previous word; 0 before the first.
        c_before: likewise, of its cell; None where the cell has none.
        c: after this word; None where the cell has none.
        h: after this word.
    """

    model: ModelKind
    layer: int
    is_backward: bool
    position: int
    token: str
    unit: int
    sums: tuple[WeightedSum, ...]
    h_before: float
    c_before: float | None
    c: float | None
    h: float

    def gate(self, letter: str) -> float:
        """The value of a gate or candidate."""
        return next(each.value for each in self.sums if each.letter == letter)


class Through(StrEnum):
    """On which way a gradient goes back to an earlier state."""

    RECURRENCE = "recurrence"
    ANSWER = "answer"

    @property
    def explanation(self) -> str:
        """What is measured, and what to mind."""
        if self is Through.RECURRENCE:
            return (
                "How strongly the last state depends on each earlier one, through the recurrence "
                "alone: the size of ∂h_T/∂h_t, which is 1 at the last state. This is what vanishes "
                "or explodes."
            )
        return (
            "How strongly the answer depends on each state: the size of the gradient of the score "
            "of the answered class. The simple RNN answers from the mean of all its states, so "
            "each has a direct way to the answer, however weak its recurrence is."
        )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class GradientFlow:
    """How far back a network's gradient reaches in one text.

    Attributes:
        through: what the gradient is of.
        layer: whose states, from 0.
        is_backward: whether of the direction that reads from the end.
        distance: `(T,)` int64, steps from each state to the last one of its direction.
        norms: `(T,)` float64, of the gradient with respect to each hidden state.
        cell_norms: `(T,)` float64, with respect to each cell state; None where there is none.
    """

    model: ModelKind
    through: Through
    layer: int
    is_backward: bool
    distance: NDArray[np.int64]
    norms: NDArray[np.float64]
    cell_norms: NDArray[np.float64] | None

    @property
    def factor_per_step(self) -> float | None:
        """What a step back multiplies the norm by, on the geometric average over the text.

        None for a text of one word, and where a norm is 0 or beyond the numbers.
        """
        ends = self.norms[[self.distance.argmax(), self.distance.argmin()]]
        if len(self.norms) == 1 or not (np.isfinite(ends).all() and (ends > 0).all()):
            return None
        return float((ends[0] / ends[1]) ** (1 / (len(self.norms) - 1)))
