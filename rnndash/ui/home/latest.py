"""The latest results, newest first."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pyarrow as pa
import streamlit as st

from rnndash.figures.curves import Metric, curves_of, describe_curves, draw_curves
from rnndash.results import RunRecord
from rnndash.ui.arrow_table import arrow_table
from rnndash.ui.growing_chart import load_chart_library, show_growing_chart
from rnndash.ui.legend import is_dark
from rnndash.ui.shown_runs import show_shipped_note, shown_runs
from rnndash.ui.wording import plain

_MOST = 12
_COLUMNS = pa.schema(
    {
        "Model": pa.string(),
        "Texts": pa.string(),
        "State": pa.string(),
        "Test": pa.float64(),
        "Held-out": pa.float64(),
        "Running": pa.float64(),
        "Curve": pa.list_(pa.float64()),
        "Progress": pa.string(),
        "Started": pa.timestamp("ms", tz="UTC"),
        "Run": pa.string(),
    }
)


def show_latest() -> None:
    """Show the curves of the newest comparison, and a table of the newest runs with links."""
    st.subheader("Latest results")
    runs = shown_runs()
    records, problems = runs.records(runs.run_ids()[:_MOST])
    for problem in problems:
        st.error(plain(problem))
    if not records:
        st.info("No runs yet. The quick look trains the first three.", icon=":material/info:")
        return
    show_shipped_note()
    _curves([record for record in records if record.comparison == records[0].comparison])
    st.dataframe(
        arrow_table((_row(record) for record in records), _COLUMNS),
        key="latest",
        hide_index=True,
        lazy=False,  # else Streamlit imports pandas to check whether this is a DataFrame
        alt="The newest runs with their state and accuracy",
        column_config={
            "Test": st.column_config.NumberColumn(format="%.1f%%"),
            "Held-out": st.column_config.NumberColumn(format="%.1f%%"),
            "Running": st.column_config.NumberColumn(format="%.1f%%"),
            "Curve": st.column_config.LineChartColumn("Running accuracy", y_min=0, y_max=1),
            "Started": st.column_config.DatetimeColumn(format="distance"),
            "Run": st.column_config.LinkColumn(display_text=r"comparison=(\d{8}-\d{6}-\w{4})"),
        },
    )


def _curves(records: Sequence[RunRecord]) -> None:
    curves = curves_of(records, Metric.RUNNING)
    load_chart_library()
    show_growing_chart(
        draw_curves(
            curves,
            Metric.RUNNING,
            samples_total=max(record.samples_total for record in records),
            is_dark=is_dark(),
            height=300,
        ),
        key="latest_curves",
        alt=describe_curves(curves, Metric.RUNNING),
        has_buttons=False,
    )


def _row(record: RunRecord) -> dict[str, object]:
    page = "compare" if shown_runs().is_shipped(record.run_id) else "train"
    return {
        "Model": record.config.model.label,
        "Texts": record.config.corpus.label,
        "State": record.state.value,
        "Test": _percentage(record.test_accuracy),
        "Held-out": _percentage(record.held_out_accuracy),
        "Running": _percentage(record.running_accuracy),
        "Curve": [point.running_accuracy for point in record.points],
        "Progress": f"{record.samples:,} of {record.samples_total:,}",
        "Started": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "Run": f"/{page}?comparison={record.comparison}",
    }


def _percentage(share: float | None) -> float | None:
    return None if share is None else 100 * share
