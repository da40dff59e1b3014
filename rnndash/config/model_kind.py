"""The kinds of classifiers, and one table of all that is known of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum

from rnndash.config.cell import Cell
from rnndash.config.complete import complete


@dataclass(frozen=True, slots=True)
class Style:
    """How a model or a gate is drawn: colour, dash and marker all say the same thing.

    Attributes:
        light: colour on a light page; at least 4.5 to 1 against white.
        dark: colour on a dark page; at least 4.5 to 1 against the dark background.
        dash: Plotly's name of the line's dash.
        marker: Plotly's name of the marker's symbol.
        border: CSS' nearest word for the dash, for legends outside a figure.
        pattern: Plotly's name of the hatching of bars; empty for plain ones.
    """

    light: str
    dark: str
    dash: str
    marker: str
    border: str
    pattern: str = ""

    def colour(self, *, is_dark: bool) -> str:
        """The colour for a dark or a light page."""
        return self.dark if is_dark else self.light


class Readout(Enum):
    """From which hidden state of the top layer a network answers."""

    MEAN = "the mean of the states at all time steps"
    LAST = "the last state of each direction"


class ModelKind(StrEnum):
    """The recurrent classifiers that can be trained."""

    RNN = "rnn"
    LSTM = "lstm"
    PACKED_LSTM = "packed_lstm"
    GRU = "gru"
    PACKED_GRU = "packed_gru"

    @property
    def facts(self) -> "KindFacts":
        """All that is known of it."""
        return MODEL_KINDS[self]

    @property
    def label(self) -> str:
        """The name that people read."""
        return self.facts.label

    @property
    def description(self) -> str:
        """One sentence: what it reads and from which state it answers."""
        return self.facts.description

    @property
    def is_packed(self) -> bool:
        """Whether the network steps over real tokens alone."""
        return self.facts.is_packed

    @property
    def style(self) -> Style:
        """How it is drawn."""
        return self.facts.style


@dataclass(frozen=True, kw_only=True, slots=True)
class KindFacts:
    """All that is known of a kind of classifier.

    Attributes:
        label: the name that people read.
        description: one sentence: what it reads and from which state it answers.
        is_packed: whether it steps over real tokens alone, by a packed sequence.
        embedding_mean: of the normal distribution from which the embedding starts. The lesson's
            LSTM starts at -0.5, as all kinds that are compared with it.

    Raises:
        ValueError: a packed kind answers from the mean, which no model file computes.
    """

    label: str
    description: str
    cell: Cell
    is_packed: bool
    readout: Readout
    embedding_mean: float
    style: Style

    def __post_init__(self) -> None:
        if self.is_packed and self.readout is Readout.MEAN:
            raise ValueError(f"{self.label}: a packed network answers from its last state.")


_AFTER_PADS = "Answers from its last hidden state: in a padded batch, the state after the pads."
_AFTER_WORDS = "Answers from its hidden state after the last real word; never sees a pad."
# Hues after Okabe and Ito, "Color universal design" (2008), darkened on white for contrast.
MODEL_KINDS: Mapping[ModelKind, KindFacts] = complete(
    ModelKind,
    {
        ModelKind.RNN: KindFacts(
            label="Simple RNN",
            description="Elman network; answers from the mean of its outputs, pads included.",
            cell=Cell.ELMAN,
            is_packed=False,
            readout=Readout.MEAN,
            embedding_mean=0.0,
            style=Style("#C24E00", "#F58B45", "solid", "circle", "solid"),
        ),
        ModelKind.LSTM: KindFacts(
            label="LSTM",
            description=_AFTER_PADS,
            cell=Cell.LSTM,
            is_packed=False,
            readout=Readout.LAST,
            embedding_mean=-0.5,
            style=Style("#0072B2", "#56B4E9", "dash", "square", "dashed", "/"),
        ),
        ModelKind.PACKED_LSTM: KindFacts(
            label="Packed LSTM",
            description=_AFTER_WORDS,
            cell=Cell.LSTM,
            is_packed=True,
            readout=Readout.LAST,
            embedding_mean=-0.5,
            style=Style("#00805D", "#35C79A", "dot", "diamond", "dotted", "\\"),
        ),
        ModelKind.GRU: KindFacts(
            label="GRU",
            description=_AFTER_PADS,
            cell=Cell.GRU,
            is_packed=False,
            readout=Readout.LAST,
            embedding_mean=-0.5,
            style=Style("#A64D87", "#E3A3C6", "dashdot", "triangle-up", "double", "x"),
        ),
        ModelKind.PACKED_GRU: KindFacts(
            label="Packed GRU",
            description=_AFTER_WORDS,
            cell=Cell.GRU,
            is_packed=True,
            readout=Readout.LAST,
            embedding_mean=-0.5,
            style=Style("#9A6A00", "#F0C24B", "longdash", "cross", "ridge", "."),
        ),
    },
)
