"""The recurrent cells: their gates, states and equations, each stated once.

Pages, figures and exported code take names and equations from here. The computation itself is in
the model files, whose docstrings hold the same equations (tested).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import assert_never

from rnndash.config.complete import complete


class GateRole(Enum):
    """What a gate is for. Figures draw gates of one role alike in all cells."""

    KEEP = "how much of the old state stays"
    WRITE = "how much of the input comes in"
    OUTPUT = "how much of the cell state is shown"
    CANDIDATE = "what would be written"
    STATE = "the new state itself, in a cell without gates"

    @property
    def activation(self) -> str:
        """`sigmoid` for what opens and closes, `tanh` for what is written."""
        match self:
            case GateRole.KEEP | GateRole.WRITE | GateRole.OUTPUT:
                return "sigmoid"
            case GateRole.CANDIDATE | GateRole.STATE:
                return "tanh"
            case _:
                assert_never(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """A function of a weighted sum of input and state: a gate or a candidate.

    Attributes:
        letter: in the equations. A letter means the same in all cells.
        name: in small letters.
        reset_by: letter of the gate that multiplies the state's part of the sum; None for no gate.
    """

    letter: str
    name: str
    role: GateRole
    reset_by: str | None = None

    @property
    def activation(self) -> str:
        """`sigmoid` or `tanh`."""
        return self.role.activation

    @property
    def equation(self) -> str:
        """As in the model files: `i_t = sigmoid(W_ii x_t + b_ii + W_hi h_(t-1) + b_hi)`."""
        letter = self.letter
        state = f"W_h{letter} h_(t-1) + b_h{letter}"
        if self.reset_by is not None:
            state = f"{self.reset_by}_t * ({state})"
        return f"{letter}_t = {self.activation}(W_i{letter} x_t + b_i{letter} + {state})"


STATE_NAMES = MappingProxyType({"h": "hidden state", "c": "cell state"})
"""By letter. Every cell has h; `c` is the LSTM's second state."""


class Cell(StrEnum):
    """The recurrent cells. Each can read padded batches and packed ones."""

    ELMAN = "elman"
    LSTM = "lstm"
    GRU = "gru"

    @property
    def facts(self) -> "CellFacts":
        """All that is known of it."""
        return CELLS[self]


@dataclass(frozen=True, kw_only=True, slots=True)
class CellFacts:
    """All that is known of a cell.

    Attributes:
        title: name and source, one sentence without a full stop.
        gates: in the order in which their weights stand below each other.
        states: letters of what is handed on to the next step, h first.
        updates: equations of the states that are not gates themselves, in order of computation.

    Raises:
        ValueError: the parts contradict each other.
    """

    title: str
    gates: tuple[Gate, ...]
    states: tuple[str, ...] = ("h",)
    updates: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        computed = [gate.letter for gate in self.gates if gate.role is GateRole.STATE]
        computed += [update[0] for update in self.updates]
        if sorted(computed) != sorted(self.states):
            raise ValueError(f"{self.title}: states {self.states}, equations of {computed}.")
        if "c" in self.states and self.updates[-1] != f"h_t = {self.output_gate}_t * tanh(c_t)":
            raise ValueError(
                f"{self.title}: where there is a c, h_t is the output gate times tanh(c_t). The "
                "gradients of c_t in rnndash.inspection.gradient_flow rest on that."
            )

    @property
    def output_gate(self) -> str:
        """The letter of the gate between c and h; empty where there is none."""
        return next((gate.letter for gate in self.gates if gate.role is GateRole.OUTPUT), "")

    def gate(self, letter: str) -> Gate:
        """The gate or candidate of that letter, which the cell must have."""
        return next(gate for gate in self.gates if gate.letter == letter)

    @property
    def equations(self) -> tuple[str, ...]:
        """All, in the order of computation."""
        return (*(gate.equation for gate in self.gates), *self.updates)


CELLS: Mapping[Cell, CellFacts] = complete(
    Cell,
    {
        Cell.ELMAN: CellFacts(
            title='The simple recurrent network, after Elman, "Finding structure in time" (1990)',
            gates=(Gate(letter="h", name=STATE_NAMES["h"], role=GateRole.STATE),),
        ),
        Cell.LSTM: CellFacts(
            title=(
                "The long short-term memory, after Hochreiter and Schmidhuber (1997), with Gers' "
                "forget gate"
            ),
            gates=(
                Gate(letter="i", name="input gate", role=GateRole.WRITE),
                Gate(letter="f", name="forget gate", role=GateRole.KEEP),
                Gate(letter="g", name="candidate", role=GateRole.CANDIDATE),
                Gate(letter="o", name="output gate", role=GateRole.OUTPUT),
            ),
            states=("h", "c"),
            updates=("c_t = f_t * c_(t-1) + i_t * g_t", "h_t = o_t * tanh(c_t)"),
        ),
        Cell.GRU: CellFacts(
            title=(
                "The gated recurrent unit, after Cho et al. (2014), in the form that PyTorch "
                "computes"
            ),
            gates=(
                Gate(letter="r", name="reset gate", role=GateRole.WRITE),
                Gate(letter="z", name="update gate", role=GateRole.KEEP),
                Gate(letter="n", name="candidate", role=GateRole.CANDIDATE, reset_by="r"),
            ),
            updates=("h_t = (1 - z_t) * n_t + z_t * h_(t-1)",),
        ),
    },
)


def _gates_by_letter() -> Mapping[str, Gate]:
    by_letter: dict[str, Gate] = {}
    for facts in CELLS.values():
        for gate in facts.gates:
            known = by_letter.setdefault(gate.letter, gate)
            if (known.name, known.role) != (gate.name, gate.role):
                raise ValueError(f"The letter {gate.letter} means {known.name} and {gate.name}.")
    return MappingProxyType(by_letter)


GATES = _gates_by_letter()
"""The gates and candidates of all cells by their letters."""
