"""A table of test texts with the answers of one or two networks."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from rnndash.inspection.many_texts import counted
from rnndash.results import Predictions, RunRecord
from rnndash.ui.corpora import ReadableTexts, readable_texts

_MOST = 200


def show_texts(
    record: RunRecord,
    rows: NDArray[np.int64],
    predictions: Mapping[str, Predictions],
    *,
    key: str,
) -> None:
    """Show the texts `rows`, the most confident answers first.

    Args:
        record: a run on these texts.
        predictions: by the name of each run; the name is empty for a single run.
    """
    if len(rows) == 0:
        st.caption("There are no such texts.")
        return
    tests = readable_texts(record)
    if tests is None or tests.digest != next(iter(predictions.values())).digest:
        they_are = "It is" if len(rows) == 1 else "They are"
        st.info(
            f"{counted(len(rows), 'text')}. {they_are} no longer on this machine. To read "
            f"{'it' if len(rows) == 1 else 'them'} here, train a model on the same texts once.",
            icon=":material/info:",
        )
        return
    highest = np.max([each.confidence[rows] for each in predictions.values()], axis=0)
    shown = rows[np.argsort(-highest, kind="stable")][:_MOST]
    frame = _texts_frame(tests, shown, predictions)
    st.dataframe(
        frame,
        key=key,
        hide_index=True,
        height=min(36 * (len(frame) + 1) + 2, 360),
        alt="Test texts with their true class and the answers",
        column_config={
            "Text": st.column_config.TextColumn(width="large"),
            **{
                column: st.column_config.NumberColumn(
                    format="%.0f%%", help="The probability of the class answered."
                )
                for column in frame.columns
                if column.lower().endswith("sure")
            },
        },
    )
    if len(rows) > _MOST:
        st.caption(f"The {_MOST} of {len(rows):,} texts with the most confident answers.")


def _texts_frame(
    tests: ReadableTexts, rows: NDArray[np.int64], predictions: Mapping[str, Predictions]
) -> pd.DataFrame:
    """A row for each text: its class, the answer and confidence of each run, the text."""
    classes = np.array(tests.class_names, dtype=object)
    frame = pd.DataFrame({"True class": classes[tests.labels[rows]]})
    for name, each in predictions.items():
        frame[f"{name} answered".strip().capitalize()] = classes[each.predicted[rows]]
        frame[f"{name} sure".strip().capitalize()] = 100 * each.confidence[rows]
    frame["Text"] = [tests.texts[int(row)] for row in rows]
    return frame
