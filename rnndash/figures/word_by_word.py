"""How the answer forms while the network reads: class probabilities after each word."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from rnndash.config.model_kind import ModelKind
from rnndash.figures.style import escaped, figure_of, lines_layout, say_empty, shade
from rnndash.figures.words_axis import word_hover, words_axis
from rnndash.inspection.network_info import NetworkInfo
from rnndash.inspection.traces import TextTrace

WORD_COLUMNS = [
    "network",
    "label",
    "model",
    "position",
    "word",
    "class",
    "probability",
    "answer",
    "is_change",
]
_CURSOR = {False: "#4338CA", True: "#A9AAFB"}


def word_by_word_frame(
    readings: Sequence[tuple[NetworkInfo, TextTrace]], class_name: str | None = None
) -> pd.DataFrame:
    """One row for each network and word.

    Columns: `network` (its place, from 0), `label`, `model`, `position` (from 0), `word`, `class`,
    `probability` (of that class, if the text ended at the word), `answer` (the class that would be
    answered then), `is_change` (whether that is another one than after the word before).

    Args:
        class_name: the class whose probability it is; None takes for each network the class that
            it answers to the whole text. A network without a class of that name has no rows.
    """
    rows = []
    for network, (reader, trace) in enumerate(readings):
        names = reader.class_names
        shown = names[trace.answer] if class_name is None else class_name
        if shown not in names:
            continue
        answers = trace.probabilities.argmax(axis=1).tolist()
        of_class = trace.probabilities[:, names.index(shown)].tolist()
        rows += [
            (
                network,
                reader.label,
                reader.kind.value,
                position,
                word,
                shown,
                of_class[position],
                names[answers[position]],
                position > 0 and answers[position] != answers[position - 1],
            )
            for position, word in enumerate(trace.tokens)
        ]
    return pd.DataFrame(rows, columns=WORD_COLUMNS)


def draw_word_by_word(
    frame: pd.DataFrame,
    words: Sequence[str],
    *,
    is_unknown: Sequence[bool] = (),
    cursor: int | None = None,
    is_dark: bool = False,
    height: int = 380,
) -> go.Figure:
    """Draw `word_by_word_frame`; a ring is where the class that is answered changes.

    Args:
        words: of the text; written along the axis.
        cursor: the word at which a reader is, from 0.
    """
    seen: dict[ModelKind, int] = {}
    traces = []
    for _, points in frame.groupby("network", sort=False):
        kind = ModelKind(points["model"].iloc[0])
        number = seen[kind] = seen.get(kind, -1) + 1
        style = kind.style
        colour = shade(style.colour(is_dark=is_dark), number, is_dark=is_dark)
        line = {"color": colour, "width": 2.5, "dash": style.dash}
        traces.append(_line(points, line, style.marker))
    changes = frame[frame["is_change"].astype(bool)]
    if not changes.empty:
        traces.append(_rings(changes, is_dark=is_dark))
    layout = lines_layout(
        height=height,
        xaxis=words_axis(words, is_unknown),
        yaxis={"title_text": "Probability so far", "tickformat": ".0%", "range": [-0.02, 1.02]},
    )
    if cursor is not None:
        layout["shapes"] = [_reader_at(cursor, _CURSOR[is_dark])]
    figure = figure_of(traces, layout)
    if frame.empty:
        say_empty(figure, "No answer yet: type a text with at least one word.")
    return figure


def _line(points: pd.DataFrame, line: dict[str, object], marker: str) -> dict[str, object]:
    """How the answer of one network forms."""
    answers, words = points["answer"].tolist(), points["word"].tolist()
    return {
        "type": "scatter",
        "x": points["position"].tolist(),
        "y": points["probability"].tolist(),
        "customdata": [
            (escaped(answer), word_hover(word)) for answer, word in zip(answers, words, strict=True)
        ],
        "name": escaped(f"{points['label'].iloc[0]}: {points['class'].iloc[0]}"),
        "mode": "lines+markers",
        "line": line,
        "marker": {"symbol": marker, "size": 6},
        "hovertemplate": "%{y:.1%} after “%{customdata[1]}”; answers %{customdata[0]}",
    }


def _rings(changes: pd.DataFrame, *, is_dark: bool) -> dict[str, object]:
    """A ring around each point where an answer changes."""
    ink = "#E9EBF5" if is_dark else "#1E2233"
    return {
        "type": "scatter",
        "x": changes["position"].tolist(),
        "y": changes["probability"].tolist(),
        "name": "answer changes",
        "mode": "markers",
        "marker": {"symbol": "circle-open", "size": 15, "color": ink, "line": {"width": 2}},
        "hoverinfo": "skip",
    }


def _reader_at(word: int, colour: str) -> dict[str, object]:
    """The upright line that reads along."""
    return {
        "type": "line",
        "xref": "x",
        "x0": word,
        "x1": word,
        "yref": "y domain",
        "y0": 0,
        "y1": 1,
        "line": {"color": colour, "width": 2, "dash": "dot"},
    }


def describe_word_by_word(frame: pd.DataFrame) -> str:
    """The figure in one sentence, for who cannot see it: first, last, and each change between."""
    parts = []
    for _, points in frame.groupby("network", sort=False):
        first, last = points.iloc[0], points.iloc[-1]
        turns = [
            f"{row['answer']} at “{row['word']}”"
            for _, row in points[points["is_change"].astype(bool)].iterrows()
        ]
        turned = f", then {', '.join(turns)}" if turns else " throughout"
        parts.append(
            f"{last['label']} answers {first['answer']}{turned}; probability of {last['class']} "
            f"after the last word {last['probability']:.1%}"
        )
    return f"Word by word. {'. '.join(parts) or 'No answer yet'}."
