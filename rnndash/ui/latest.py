"""The latest results, newest first."""

import time

import pandas as pd
import streamlit as st

from rnndash.results import RunRecord
from rnndash.ui.services import run_queue

_MOST = 12


def show_latest() -> None:
    """A table of the newest runs, and the way to each."""
    st.subheader("Latest results")
    store = run_queue().store
    records, problems = store.records(store.run_ids()[:_MOST])
    for problem in problems:
        st.error(problem)
    if not records:
        st.info("No runs yet. The quick look makes the first three.", icon=":material/info:")
        return
    st.dataframe(
        pd.DataFrame([_row(record) for record in records]),
        key="latest",
        hide_index=True,
        alt="The newest runs with their state and accuracy",
        column_config={
            "Run": st.column_config.LinkColumn(display_text=r"comparison=(\d{8}-\d{6}-\w{4})"),
            "Curve": st.column_config.LineChartColumn("Running accuracy", y_min=0, y_max=1),
            "Running": st.column_config.NumberColumn(format="percent"),
            "Held-out": st.column_config.NumberColumn(format="percent"),
            "Test": st.column_config.NumberColumn(format="percent"),
            "Started": st.column_config.DatetimeColumn(format="distance"),
        },
    )


def _row(record: RunRecord) -> dict[str, object]:
    return {
        "Model": record.config.model.label,
        "Texts": record.config.corpus.label,
        "State": record.state.value,
        "Progress": f"{record.samples:,} of {record.samples_total:,}",
        "Curve": [point.running_accuracy for point in record.points],
        "Running": record.running_accuracy,
        "Held-out": record.held_out_accuracy,
        "Test": record.test_accuracy,
        "Started": pd.Timestamp(record.created, unit="s", tz=time.strftime("%z") or None),
        "Run": f"/train?comparison={record.comparison}",
    }
