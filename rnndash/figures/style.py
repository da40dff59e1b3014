"""How models look in every figure: colour, dash and marker all say the same thing."""

from dataclasses import dataclass

from rnndash.config import ModelKind


@dataclass(frozen=True, slots=True)
class ModelStyle:
    """The look of a model.

    Attributes:
        light: colour on a light page; at least 4.5 to 1 against white.
        dark: colour on a dark page; at least 4.5 to 1 against the dark background.
        dash: Plotly's name of the line's dash.
        marker: Plotly's name of the marker's symbol.
        border: CSS' nearest word for the dash, for legends outside a figure.
    """

    light: str
    dark: str
    dash: str
    marker: str
    border: str

    def colour(self, *, is_dark: bool) -> str:
        """The colour for a dark or a light page."""
        return self.dark if is_dark else self.light


# Hues after Okabe and Ito, "Color universal design" (2008), darkened on white for contrast.
STYLES = {
    ModelKind.RNN: ModelStyle("#C24E00", "#F58B45", "solid", "circle", "solid"),
    ModelKind.LSTM: ModelStyle("#0072B2", "#56B4E9", "dash", "square", "dashed"),
    ModelKind.PACKED_LSTM: ModelStyle("#00805D", "#35C79A", "dot", "diamond", "dotted"),
    ModelKind.GRU: ModelStyle("#A64D87", "#E3A3C6", "dashdot", "triangle-up", "double"),
    ModelKind.PACKED_GRU: ModelStyle("#9A6A00", "#F0C24B", "longdash", "cross", "ridge"),
}
