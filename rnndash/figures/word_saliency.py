"""What each word of a text adds to the logit of a class: signed bars, one for each word."""

import pandas as pd
import plotly.graph_objects as go

from rnndash.figures.style import escaped, say_empty
from rnndash.figures.words_axis import lay_out_words, word_hover
from rnndash.inspection.attributions import Saliency

FOR = {False: "#0072B2", True: "#56B4E9"}
AGAINST = {False: "#C24E00", True: "#F58B45"}
COLUMNS = ["position", "word", "is_unknown", "score"]


def saliency_frame(saliency: Saliency) -> pd.DataFrame:
    """One row for each word, in the order of the text.

    Columns: `position` (from 0), `word`, `is_unknown`, `score` (in units of the logit).
    """
    text = saliency.text
    rows = zip(range(len(text)), text.shown, text.is_unknown, saliency.scores.tolist(), strict=True)
    return pd.DataFrame(list(rows), columns=COLUMNS)


def draw_saliency(
    frame: pd.DataFrame, class_name: str, *, is_dark: bool = False, height: int = 320
) -> go.Figure:
    """Draw `saliency_frame`: up for the class, down against it; unknown words are hatched.

    Args:
        class_name: the class whose logit it is.
    """
    figure = go.Figure()
    if frame.empty:
        say_empty(figure, "No word yet: type a text with at least one.")
    else:
        figure.add_bar(
            x=frame["position"],
            y=frame["score"],
            customdata=[
                word_hover(word, is_unknown=is_unknown)
                for word, is_unknown in zip(frame["word"], frame["is_unknown"], strict=True)
            ],
            marker={
                "color": [(FOR if score >= 0 else AGAINST)[is_dark] for score in frame["score"]],
                "pattern": {"shape": ["/" if unknown else "" for unknown in frame["is_unknown"]]},
            },
            hovertemplate="<b>%{customdata}</b><br>%{y:+.4f}<extra></extra>",
        )
    figure.update_layout(
        title={
            "text": f"For and against {escaped(class_name)}",
            "x": 0,
            "xref": "paper",
            "font_size": 14,
        },
        height=height,
        margin={"l": 10, "r": 10, "t": 34, "b": 10},
        showlegend=False,
        dragmode=False,
        bargap=0.2,
    )
    lay_out_words(figure, frame["word"].tolist(), frame["is_unknown"].tolist())
    figure.update_yaxes(
        title="Share in the logit", zeroline=True, zerolinewidth=2, automargin=True, fixedrange=True
    )
    return figure


def describe_saliency(frame: pd.DataFrame, class_name: str) -> str:
    """The figure in one sentence, for people who cannot see it: the strongest words either way."""
    if frame.empty:
        return f"For and against {class_name}: no word yet."
    strongest = frame.sort_values("score", ascending=False, kind="stable")
    sides = (
        ("for", strongest[strongest["score"] > 0].head(3)),
        ("against", strongest[strongest["score"] < 0].tail(3).iloc[::-1]),
    )
    parts = [
        f"most {side} it: "
        + ", ".join(f"{row.word} ({row.score:+.3f})" for row in rows.itertuples())
        for side, rows in sides
        if len(rows)
    ]
    words = "; ".join(parts) or "no word counts either way"
    return f"Share of {len(frame)} words in the logit of {class_name}; {words}."
