"""Many texts at once: pasted lines or a CSV file, answered, filtered, downloaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from rnndash.config.complete import complete
from rnndash.errors import RnndashError
from rnndash.inspection.answer_table import AnswerTable, answers_csv, bad_rows_csv
from rnndash.inspection.many import answer_many
from rnndash.inspection.many_texts import ManyTexts, counted
from rnndash.ui.networks import Opened
from rnndash.ui.predict.cache_slot import CacheSlot
from rnndash.ui.predict.many_source import ask_for_texts
from rnndash.ui.url_state import choice
from rnndash.ui.wording import percent, plain

_ASKED = "many_asked"


class Filter(StrEnum):
    """Which texts of the table are shown."""

    ALL = "all"
    APART = "apart"
    WRONG = "wrong"
    RIGHT = "right"

    @property
    def label(self) -> str:
        """The name in the menu."""
        return _LABELS[self]


_LABELS = complete(
    Filter,
    {
        Filter.ALL: "All",
        Filter.APART: "Networks disagree",
        Filter.WRONG: "Some network wrong",
        Filter.RIGHT: "All right",
    },
)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Answered:
    """The answers, and all of what is shown of them that no filter changes."""

    table: AnswerTable
    frame: pd.DataFrame
    summary: str


def show_many(opened: Sequence[Opened]) -> None:
    """Ask for the texts; answer them when the button is pressed."""
    try:
        given = ask_for_texts(opened)
    except RnndashError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if given is None:
        return
    source_key, texts = given
    asked = (source_key, tuple(each.record.run_id for each in opened))
    if st.button(
        f"Answer {counted(len(texts), 'text')}",
        key="answer_many",
        type="primary",
        icon=":material/bolt:",
    ):
        st.session_state[_ASKED] = asked
    if st.session_state.get(_ASKED) != asked:
        return
    try:
        answered = _answered(asked, texts, opened)
    except RnndashError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    st.fragment(_show)(answered)  # a filter sends the table only


def _answered(asked: object, texts: ManyTexts, opened: Sequence[Opened]) -> _Answered:
    """Answer once for the same texts and networks.

    Not cached as a whole: Streamlit would show all the progress again at every call.
    """
    slot, progress = _slot(asked), st.empty()
    if slot.value is not None:
        return slot.value
    progress.progress(0.0, text="Reading")
    for step in answer_many([each.network for each in opened], texts):
        if isinstance(step, AnswerTable):
            progress.empty()
            slot.value = _Answered(table=step, frame=_frame(step), summary=_summary(step))
            return slot.value
        progress.progress(step.fraction, text=f"Read {step.done:,} of {step.total:,}")
    raise AssertionError("the last step is the table")


@st.cache_resource(max_entries=8, ttl=900, show_spinner=False)
def _slot(asked: object) -> CacheSlot[_Answered]:  # noqa: ARG001
    return CacheSlot()


def _show(answered: _Answered) -> None:
    table, frame = answered.table, answered.frame
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        options = list(Filter) if table.labelled else [Filter.ALL, Filter.APART]
        chosen = choice("shown", "Show", options, Filter.ALL)
        shown = frame if chosen is Filter.ALL else frame[is_shown(table, chosen)]
        st.download_button(
            "All answers (CSV)",
            lambda: answers_csv(table),
            file_name="rnndash-answers.csv",
            mime="text/csv",
            key="answers_csv",
            icon=":material/download:",
            on_click="ignore",
        )
    st.markdown(answered.summary)
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
    for each in table.networks:
        columns[each.network.label] = each.answers
        columns[f"{each.network.label} sure"] = each.confidence
    columns["Text"] = [row.text for row in table.rows]
    return pd.DataFrame(columns)


def is_shown(table: AnswerTable, chosen: Filter) -> NDArray[np.bool_]:
    """`(N,)`: whether the text is shown."""
    match chosen:
        case Filter.APART:
            return ~table.is_unanimous
        case Filter.WRONG:
            return table.is_labelled & ~table.is_right.all(axis=1)
        case Filter.RIGHT:
            return table.is_labelled & table.is_right.all(axis=1)
        case Filter.ALL:
            return np.ones(len(table), dtype=np.bool_)
        case _:
            assert_never(chosen)


def _summary(table: AnswerTable) -> str:
    parts = [f"**{counted(len(table), 'text')}.** All networks agree on {table.unanimous:,}."]
    if table.labelled:
        right = [
            f"{plain(each.network.label)} {percent(table.accuracy(each))}"
            for each in table.networks
        ]
        parts.append(f"Right on the {table.labelled:,} with a true class: {', '.join(right)}.")
    return " ".join(parts)


def _bad_rows(table: AnswerTable) -> None:
    if not table.bad:
        return
    with st.expander(f"{counted(len(table.bad), 'row')} with a fault", icon=":material/warning:"):
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
