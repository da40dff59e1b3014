"""Many texts at once: pasted lines or a CSV file, answered, filtered, taken along."""

import tempfile
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from rnndash.errors import RnndashError
from rnndash.inspection.answer_table import AnswerTable, answers_csv, bad_rows_csv
from rnndash.inspection.many import answer_many
from rnndash.inspection.many_texts import MOST_TEXTS, ManyTexts, texts_from_csv, texts_from_lines
from rnndash.ui.networks import Opened
from rnndash.ui.url_state import choice
from rnndash.ui.wording import percent, plain

_ASKED = "many_asked"
_MOST_MB = 20


class Source(StrEnum):
    """Where many texts come from."""

    LINES = "lines"
    CSV = "csv"

    @property
    def label(self) -> str:
        """The name in the menu."""
        return {"lines": "Pasted lines", "csv": "A CSV file"}[self]


class Filter(StrEnum):
    """Which texts of the table are shown."""

    ALL = "all"
    APART = "apart"
    WRONG = "wrong"
    RIGHT = "right"

    @property
    def label(self) -> str:
        """The name in the menu."""
        return {
            "all": "All",
            "apart": "Networks disagree",
            "wrong": "Some network wrong",
            "right": "All right",
        }[self]


def show_many(opened: Sequence[Opened]) -> None:
    """Ask for the texts; answer them when somebody says so."""
    source = choice("many", "Texts from", list(Source), Source.LINES)
    try:
        texts = _pasted() if source is Source.LINES else _uploaded(opened)
    except RnndashError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if texts is None:
        return
    asked = (hash(texts), tuple(each.record.run_id for each in opened))
    if st.button(
        f"Answer {len(texts):,} texts", key="answer_many", type="primary", icon=":material/bolt:"
    ):
        st.session_state[_ASKED] = asked
    if st.session_state.get(_ASKED) != asked:
        return
    try:
        table = _answered(asked, texts, [each.network for each in opened])
    except RnndashError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    st.fragment(_show)(table)  # a filter sends nothing but the table anew


def _pasted() -> ManyTexts | None:
    pasted = st.text_area(
        f"One text a line, up to {MOST_TEXTS:,}",
        key="lines",
        height=160,
        max_chars=8_000_000,
        help="For many long texts a CSV file is quicker than a field of a web page.",
    )
    return texts_from_lines(pasted) if pasted and pasted.strip() else None


def _uploaded(opened: Sequence[Opened]) -> ManyTexts | None:
    file = st.file_uploader(
        "CSV file",
        type=["csv", "tsv", "txt"],
        key="many_file",
        max_upload_size=_MOST_MB,
        help=f"First line: names of the columns. A text column, and a label column if there is "
        f"one. Up to {MOST_TEXTS:,} rows; they are not kept.",
    )
    if file is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "texts.csv"
        path.write_bytes(file.getvalue())
        return texts_from_csv(path, opened[0].network.reader.class_names)


@st.cache_resource(max_entries=8, ttl=900, show_spinner=False)
def _answered(asked: object, _texts: ManyTexts, _networks: list[Any]) -> AnswerTable:  # noqa: ARG001
    """Answer once for the same texts and networks."""
    progress = st.progress(0.0, text="Reading")
    for step in answer_many(_networks, _texts):
        if isinstance(step, AnswerTable):
            progress.empty()
            return step
        progress.progress(step.fraction, text=f"Read {step.done:,} of {step.total:,}")
    raise AssertionError("the last step is the table")


def _show(table: AnswerTable) -> None:
    frame = _frame(table)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        options = list(Filter) if table.labelled else [Filter.ALL, Filter.APART]
        chosen = choice("shown", "Show", options, Filter.ALL)
        shown = frame[_chosen(table, chosen)]
        st.download_button(
            "All answers (CSV)",
            lambda: answers_csv(table),
            file_name="rnndash-answers.csv",
            mime="text/csv",
            key="answers_csv",
            icon=":material/download:",
            on_click="ignore",
        )
    st.markdown(_summary(table))
    st.dataframe(
        shown,
        key="many_answers",
        hide_index=True,
        height=min(36 * (len(shown) + 1) + 2, 480),
        alt="The texts with each network's answer",
        column_config={
            column: st.column_config.NumberColumn(format="percent")
            for column in frame.columns
            if column.endswith(" sure")
        },
    )
    for note in table.notes:
        st.caption(f":material/info: {plain(note)}")
    _bad_rows(table)


def _frame(table: AnswerTable) -> pd.DataFrame:
    columns: dict[str, object] = {"Row": [row.number for row in table.rows]}
    if table.labelled:
        columns["True class"] = [row.label or "" for row in table.rows]
    for network in table.networks:
        columns[network.reader.label] = network.answers
        columns[f"{network.reader.label} sure"] = network.confidence
    columns["Text"] = [row.text for row in table.rows]
    return pd.DataFrame(columns)


def _chosen(table: AnswerTable, chosen: Filter) -> list[bool]:
    kept = []
    for place, row in enumerate(table.rows):
        answers = [network.answers[place] for network in table.networks]
        match chosen:
            case Filter.APART:
                kept.append(len(set(answers)) > 1)
            case Filter.WRONG:
                kept.append(row.label is not None and any(a != row.label for a in answers))
            case Filter.RIGHT:
                kept.append(row.label is not None and all(a == row.label for a in answers))
            case _:
                kept.append(True)
    return kept


def _summary(table: AnswerTable) -> str:
    parts = [f"**{len(table):,} texts.** All networks agree on {table.unanimous:,}."]
    if table.labelled:
        right = [
            f"{plain(network.reader.label)} {percent(table.accuracy(network))}"
            for network in table.networks
        ]
        parts.append(f"Right on the {table.labelled:,} with a true class: {', '.join(right)}.")
    return " ".join(parts)


def _bad_rows(table: AnswerTable) -> None:
    if not table.bad:
        return
    with st.expander(f"{len(table.bad):,} rows with a fault", icon=":material/warning:"):
        st.dataframe(
            pd.DataFrame(
                {
                    "Row": [row.number for row in table.bad],
                    "Fault": [row.reason for row in table.bad],
                    "Answered": [row.is_answered for row in table.bad],
                }
            ),
            key="bad_rows",
            hide_index=True,
            alt="Rows with a fault, and what is wrong with each",
        )
        st.download_button(
            "These rows (CSV)",
            lambda: bad_rows_csv(table.bad),
            file_name="rnndash-bad-rows.csv",
            mime="text/csv",
            key="bad_rows_csv",
            icon=":material/download:",
            on_click="ignore",
        )
