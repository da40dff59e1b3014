"""How far back the gradient reaches: its norm over the distance from the last state."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rnndash.config.complete import complete
from rnndash.config.model_kind import ModelKind, Style
from rnndash.figures.style import escaped, lay_out_lines, say_empty, shade
from rnndash.figures.words_axis import word_hover
from rnndash.inspection.flows import GradientFlow, Through

FLOW_COLUMNS = [
    "line",
    "label",
    "model",
    "is_backward",
    "distance",
    "word",
    "norm",
    "cell_norm",
]
_TITLES = complete(
    Through,
    {
        Through.RECURRENCE: "Size of ∂h_T/∂h_t (1 = last state)",
        Through.ANSWER: "Size of the gradient of the class' score",
    },
)


def flow_frame(
    flows: Sequence[GradientFlow], labels: Sequence[str], words: Sequence[str]
) -> pd.DataFrame:
    """One row for each flow and state, from the last state back.

    Columns: `line` (the flow's place, from 0), `label`, `model`, `is_backward` (whether it is of
    the direction that reads from the end), `distance` (steps to the last state of its direction),
    `word` (after which the state stands), `norm`, `cell_norm` (missing where there is no cell
    state). A norm that is 0 or beyond the numbers is missing: a logarithmic axis has no place
    for it.

    Args:
        labels: what to call each: its network, and the direction where that has two.
        words: of the text, in its order.
    """
    rows = []
    for line, (flow, label) in enumerate(zip(flows, labels, strict=True)):
        named = (line, label, flow.network.kind.value, flow.is_backward)
        cells = np.full(len(words), np.nan) if flow.cell_norms is None else flow.cell_norms
        rows += [
            (*named, distance, word, _drawable(norm), _drawable(cell))
            for distance, word, norm, cell in sorted(
                zip(flow.distance.tolist(), words, flow.norms, cells, strict=True),
                key=lambda row: int(row[0]),
            )
        ]
    return pd.DataFrame(rows, columns=FLOW_COLUMNS)


def _drawable(norm: float) -> float:
    return float(norm) if np.isfinite(norm) and norm > 0 else float("nan")


def draw_flow(
    frame: pd.DataFrame,
    through: Through,
    *,
    with_cells: bool = False,
    is_dark: bool = False,
    height: int = 380,
) -> go.Figure:
    """Draw `flow_frame`: a line for each flow's hidden states, hollow markers for backward ones.

    Args:
        with_cells: draw a thin line for the cell states too, where there are any.
    """
    figure = go.Figure()
    seen: dict[ModelKind, int] = {}
    for _, points in frame.groupby("line", sort=False):
        kind = ModelKind(str(points["model"].iloc[0]))
        number = seen[kind] = seen.get(kind, -1) + 1
        colour = shade(kind.style.colour(is_dark=is_dark), number, is_dark=is_dark)
        label = str(points["label"].iloc[0])
        _add_line(figure, points, "norm", label, kind.style, colour)
        if with_cells and points["cell_norm"].notna().any():
            _add_line(figure, points, "cell_norm", f"{label}, cell state", kind.style, colour)
    lay_out_lines(figure, height=height)
    figure.update_xaxes(title="Steps before the last state", rangemode="tozero")
    figure.update_yaxes(title=_TITLES[through], type="log", dtick=1, exponentformat="power")
    if frame.empty:
        say_empty(figure, "No gradient yet: type a text with at least one word.")
    return figure


def _add_line(
    figure: go.Figure,
    points: pd.DataFrame,
    column: str,
    name: str,
    style: Style,
    colour: str,
) -> None:
    of_cell = column == "cell_norm"
    symbol = f"{style.marker}-open" if points["is_backward"].iloc[0] else style.marker
    figure.add_scatter(
        x=points["distance"],
        y=points[column],
        customdata=points["word"].map(word_hover),
        name=escaped(name),
        mode="lines" if of_cell else "lines+markers",
        line={"color": colour, "width": 1.25 if of_cell else 2.5, "dash": style.dash},
        marker={"symbol": symbol, "size": 6},
        hovertemplate="%{y:.2e} after “%{customdata}”",
    )


def describe_flow(frame: pd.DataFrame, through: Through) -> str:
    """The figure in one sentence, for people who cannot see it: each line's ends."""
    parts = []
    for _, points in frame.groupby("line", sort=False):
        near, far = points.iloc[0], points.iloc[-1]
        parts.append(
            f"{near['label']} from {_size(near['norm'])} at the last state to "
            f"{_size(far['norm'])} {far['distance']} steps before it"
        )
    return f"{_TITLES[through]}: {'; '.join(parts) or 'no text yet'}."


def _size(norm: float) -> str:
    return "0 or no number" if np.isnan(norm) else f"{norm:.2g}"
