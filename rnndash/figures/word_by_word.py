"""How the answer forms while the network reads: class probabilities after each word."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from rnndash.config.model_kind import ModelKind
from rnndash.figures.style import escaped, figure_of, lines_layout, say_empty, shade
from rnndash.figures.words_axis import word_hover, words_axis
from rnndash.inspection.encoded_text import EncodedText
from rnndash.inspection.network_info import NetworkInfo
from rnndash.inspection.predictions import WordByWord

_CURSOR = {False: "#4338CA", True: "#A9AAFB"}


@dataclass(frozen=True, kw_only=True, slots=True)
class WordLine:
    """One network's line: the probability of one class after each of T words.

    Attributes:
        class_name: the class whose probability it is.
        probabilities: T numbers; each is the class' probability if the text ended at the word.
        answers: the T classes that would be answered then.
    """

    network: NetworkInfo
    text: EncodedText
    class_name: str
    probabilities: tuple[float, ...]
    answers: tuple[str, ...]

    @property
    def changes(self) -> tuple[int, ...]:
        """The words, from 0, after which the answer is another class than before them."""
        pairs = zip(self.answers[1:], self.answers[:-1], strict=True)
        return tuple(word for word, (now, before) in enumerate(pairs, start=1) if now != before)


def word_lines(
    readings: Sequence[WordByWord], class_name: str | None = None
) -> tuple[WordLine, ...]:
    """The line of each network.

    Args:
        class_name: the class whose probability it is; None takes for each network the class that
            it answers to the whole text. A network without a class of that name has no line.
    """
    lines = []
    for reading in readings:
        names = reading.network.class_names
        shown = reading.prediction.answer if class_name is None else class_name
        if shown not in names:
            continue
        lines.append(
            WordLine(
                network=reading.network,
                text=reading.text,
                class_name=shown,
                probabilities=tuple(reading.probabilities[:, names.index(shown)].tolist()),
                answers=tuple(names[i] for i in reading.probabilities.argmax(axis=1).tolist()),
            )
        )
    return tuple(lines)


def draw_word_by_word(
    lines: Sequence[WordLine],
    *,
    cursor: int | None = None,
    is_dark: bool = False,
    height: int = 380,
) -> go.Figure:
    """Draw `word_lines`; a ring is where the class that is answered changes.

    The words stand along the axis; those that the first network does not know are in italics.

    Args:
        cursor: the word up to which the page reads, from 0.
    """
    seen: dict[ModelKind, int] = {}
    traces = []
    for line in lines:
        kind = line.network.kind
        number = seen[kind] = seen.get(kind, -1) + 1
        style = kind.style
        colour = shade(style.colour(is_dark=is_dark), number, is_dark=is_dark)
        stroke = {"color": colour, "width": 2.5, "dash": style.dash}
        traces.append(_line(line, stroke, style.marker))
    if any(line.changes for line in lines):
        traces.append(_rings(lines, is_dark=is_dark))
    words, is_unknown = (lines[0].text.shown, lines[0].text.is_unknown) if lines else ((), ())
    layout = lines_layout(
        height=height,
        xaxis=words_axis(words, is_unknown),
        yaxis={"title_text": "Probability so far", "tickformat": ".0%", "range": [-0.02, 1.02]},
    )
    if cursor is not None:
        layout["shapes"] = [_cursor_at(cursor, _CURSOR[is_dark])]
    figure = figure_of(traces, layout)
    if not lines:
        say_empty(figure, "No answer yet: type a text with at least one word.")
    return figure


def _line(line: WordLine, stroke: dict[str, object], marker: str) -> dict[str, object]:
    """How the answer of one network forms."""
    hovers = map(word_hover, line.text.shown)
    return {
        "type": "scatter",
        "x": list(range(len(line.text))),
        "y": list(line.probabilities),
        "customdata": [
            (escaped(answer), word) for answer, word in zip(line.answers, hovers, strict=True)
        ],
        "name": escaped(f"{line.network.label}: {line.class_name}"),
        "mode": "lines+markers",
        "line": stroke,
        "marker": {"symbol": marker, "size": 6},
        "hovertemplate": "%{y:.1%} after “%{customdata[1]}”; answers %{customdata[0]}",
    }


def _rings(lines: Sequence[WordLine], *, is_dark: bool) -> dict[str, object]:
    """A ring around each point where an answer changes."""
    ink = "#E9EBF5" if is_dark else "#1E2233"
    points = [(word, line.probabilities[word]) for line in lines for word in line.changes]
    return {
        "type": "scatter",
        "x": [word for word, _ in points],
        "y": [probability for _, probability in points],
        "name": "answer changes",
        "mode": "markers",
        "marker": {"symbol": "circle-open", "size": 15, "color": ink, "line": {"width": 2}},
        "hoverinfo": "skip",
    }


def _cursor_at(word: int, colour: str) -> dict[str, object]:
    """The upright line at the word up to which the page reads."""
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


def describe_word_by_word(lines: Sequence[WordLine]) -> str:
    """The figure in one sentence, for people who cannot see it: the answers as they change."""
    parts = []
    for line in lines:
        turns = [f"{line.answers[word]} at “{line.text.shown[word]}”" for word in line.changes]
        turned = f", then {', '.join(turns)}" if turns else " throughout"
        parts.append(
            f"{line.network.label} answers {line.answers[0]}{turned}; probability of "
            f"{line.class_name} after the last word {line.probabilities[-1]:.1%}"
        )
    return f"Word by word. {'. '.join(parts) or 'No answer yet'}."
