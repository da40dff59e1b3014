"""The words nearest to a word, as bars of their cosine similarity."""

import pandas as pd
import plotly.graph_objects as go

from rnndash.figures.style import escaped, say_empty
from rnndash.inspection.embedding_views import NearestWords

_BAR = {False: "#4338CA", True: "#8B8DF8"}
_ROW_PX, _EDGE_PX, _LEAST_PX = 26, 90, 160


def nearest_frame(nearest: NearestWords) -> pd.DataFrame:
    """One row for each neighbour, nearest first. Columns: `word`, `similarity` (-1 to 1)."""
    rows = [(near.word, near.similarity) for near in nearest.neighbours]
    return pd.DataFrame(rows, columns=["word", "similarity"])


def draw_nearest(frame: pd.DataFrame, word: str, *, is_dark: bool = False) -> go.Figure:
    """Draw `nearest_frame`, nearest on top; as high as its rows need.

    Args:
        word: the one that they are near to.
    """
    figure = go.Figure()
    figure.update_layout(
        title={"text": f"Nearest to “{escaped(word)}”", "x": 0, "xref": "paper", "font_size": 14},
        height=max(_LEAST_PX, _EDGE_PX + _ROW_PX * len(frame)),
        margin={"l": 10, "r": 10, "t": 34, "b": 10},
        showlegend=False,
        dragmode=False,
        bargap=0.3,
    )
    if frame.empty:
        say_empty(figure, "The vocabulary has no other word.")
    else:
        places = list(range(len(frame)))
        figure.add_bar(
            x=frame["similarity"],
            y=places,
            customdata=frame["word"].map(escaped),
            orientation="h",
            marker={"color": _BAR[is_dark]},
            hovertemplate="<b>%{customdata}</b>: %{x:.3f}<extra></extra>",
        )
        figure.update_yaxes(
            tickmode="array",
            tickvals=places,
            ticktext=[escaped(near) for near in frame["word"]],
            autorange="reversed",
        )
    figure.update_xaxes(
        title="Cosine similarity",
        range=[min(0.0, float(frame["similarity"].min()) if len(frame) else 0.0), 1],
        automargin=True,
        title_standoff=12,
        fixedrange=True,
    )
    figure.update_yaxes(showgrid=False, zeroline=False, automargin=True, fixedrange=True)
    return figure


def describe_nearest(frame: pd.DataFrame, word: str) -> str:
    """The figure in one sentence, for people who cannot see it."""
    if frame.empty:
        return f"No word is near {word}: the vocabulary has no other."
    near = ", ".join(f"{row.word} ({row.similarity:.2f})" for row in frame.head(5).itertuples())
    return f"Nearest to {word} by cosine similarity: {near}."
