"""How the probability of an answer changes with each variant of the text, ranked."""

from textwrap import wrap

import pandas as pd
import plotly.graph_objects as go

from rnndash.figures.style import escaped, say_empty
from rnndash.inspection.variants import Alternatives

MOST_ROWS = 20
COLUMNS = ["variant", "done", "change", "probability", "answer", "is_turned"]
_UP = {False: "#0072B2", True: "#56B4E9"}
_DOWN = {False: "#C24E00", True: "#F58B45"}
_BAR_PX, _LINE_PX, _EDGE_PX, _LEAST_PX = 12, 14, 100, 180
_LINE_CHARACTERS = 26
"""Of what was done, in one line beside its bar: on a phone the bar needs room too."""


def changes_frame(alternatives: Alternatives) -> pd.DataFrame:
    """One row for each variant, the largest change up or down first.

    Columns: `variant` (its number, as they were made), `done` (what was done to the text),
    `change` (of the first answer's probability, -1 to 1), `probability` (of that class now),
    `answer` (the class answered now), `is_turned` (whether it is another one).
    """
    names, first = alternatives.network.class_names, alternatives.answer
    rows = [
        (
            number,
            alternatives.variants[number].done,
            float(alternatives.change[number]),
            float(alternatives.after[number, first]),
            names[int(alternatives.after[number].argmax())],
            bool(alternatives.is_turned[number]),
        )
        for number in alternatives.ranked.tolist()
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def draw_changes(frame: pd.DataFrame, answer: str, *, is_dark: bool = False) -> go.Figure:
    """Draw the first `MOST_ROWS` of `changes_frame`; bars that turn the answer are hatched.

    Args:
        answer: the class whose probability it is.
    """
    shown = frame.head(MOST_ROWS)
    figure = go.Figure()
    if shown.empty:
        say_empty(figure, "No other form of the text: type at least two words.")
    else:
        _add_bars(figure, shown, is_dark=is_dark)
    cut = f", the largest {MOST_ROWS} of {len(frame)}" if len(frame) > MOST_ROWS else ""
    figure.update_layout(
        title={
            "text": f"Change of the probability of {escaped(answer)}{cut}",
            "x": 0,
            "xref": "container",
            "font_size": 14,
        },
        height=max(_LEAST_PX, _EDGE_PX + _row_px(shown) * len(shown)),
        margin={"l": 10, "r": 10, "t": 34, "b": 10},
        showlegend=False,
        dragmode=False,
        bargap=0.3,
    )
    figure.update_xaxes(
        title="Change (percentage points)",
        zeroline=True,
        zerolinewidth=2,
        automargin=True,
        title_standoff=12,
        fixedrange=True,
    )
    figure.update_yaxes(showgrid=False, zeroline=False, automargin=True, fixedrange=True)
    return figure


def _lines(done: str) -> list[str]:
    return wrap(done, _LINE_CHARACTERS, break_long_words=False, break_on_hyphens=False)


def _row_px(shown: pd.DataFrame) -> int:
    return _BAR_PX + _LINE_PX * max((len(_lines(done)) for done in shown["done"]), default=1)


def _add_bars(figure: go.Figure, shown: pd.DataFrame, *, is_dark: bool) -> None:
    places = list(range(len(shown)))
    done, answers = shown["done"].map(escaped).tolist(), shown["answer"].map(escaped).tolist()
    figure.add_bar(
        x=100 * shown["change"],
        y=places,
        customdata=list(zip(done, shown["probability"], answers, strict=True)),
        orientation="h",
        text=[
            f"now {answer}" if is_turned else ""
            for answer, is_turned in zip(answers, shown["is_turned"], strict=True)
        ],
        textposition="auto",
        marker={
            "color": [(_UP if change >= 0 else _DOWN)[is_dark] for change in shown["change"]],
            "pattern": {
                "shape": ["/" if turned else "" for turned in shown["is_turned"]],
                "solidity": 0.25,
            },
        },
        hovertemplate="<b>%{customdata[0]}</b><br>%{x:+.2f} points, to %{customdata[1]:.1%}"
        "<br>answers %{customdata[2]}<extra></extra>",
    )
    figure.update_yaxes(
        tickmode="array",
        tickvals=places,
        ticktext=["<br>".join(map(escaped, _lines(each))) for each in shown["done"]],
        range=[len(shown) - 0.5, -0.5],
    )


def describe_changes(frame: pd.DataFrame, answer: str) -> str:
    """The figure in one or two sentences, for people who cannot see it."""
    if frame.empty:
        return f"Change of the probability of {answer}: no other form of the text."
    largest = zip(frame["done"].tolist()[:3], frame["change"].tolist()[:3], strict=True)
    parts = [f"{done} {100 * change:+.1f} points" for done, change in largest]
    turned = int(frame["is_turned"].sum())
    return (
        f"Change of the probability of {answer}, largest first: {', '.join(parts)}. "
        f"The answer turns in {turned} of {len(frame)} variants."
    )
