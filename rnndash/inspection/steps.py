"""One step of one unit in numbers, as frozen values. No torch."""

from dataclasses import dataclass

from rnndash.config.model_kind import ModelKind


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
