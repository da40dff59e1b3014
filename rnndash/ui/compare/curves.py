"""The chosen runs: their curves, their results, and the settings in which they differ."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from rnndash.figures.comparison import (
    MOST_SMOOTHING,
    Axis,
    CurveView,
    compared_frame,
    describe_comparison,
    draw_comparison,
    seed_groups,
)
from rnndash.figures.curves import Metric
from rnndash.results import RunRecord
from rnndash.statistics import accuracy_interval
from rnndash.ui.compare.facts import distinct_labels, facts_frame
from rnndash.ui.growing_chart import show_growing_chart
from rnndash.ui.legend import is_dark
from rnndash.ui.url_state import choice, toggle
from rnndash.ui.wording import duration, percent


def choose_view() -> CurveView:
    """Show the controls above the chart; returns what they say."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        metric = choice("metric", "Curve", list(Metric), Metric.RUNNING)
        axis = choice("x", "X axis", list(Axis), Axis.SAMPLES)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        smoothing = st.slider(
            "Smoothing",
            0.0,
            MOST_SMOOTHING,
            0.0,
            0.01,
            key="smoothing",
            bind="query-params",
            width=260,
            help="Exponential moving average, as in TensorBoard. At 0.9, each value is 90% the "
            "average so far and 10% the new value. The raw line stays visible, faint.",
        )
        is_grouped = toggle(
            "group",
            "Mean over seeds",
            "Runs that differ only in the seed become one line, their mean. A band shows the "
            "lowest and the highest.",
        )
        has_reference = toggle(
            "reference",
            "The lesson's curves",
            "Running accuracy, as printed in the lesson's notebook: AG News, 120,000 texts, one "
            "epoch.",
        )
        is_log = toggle(
            "log",
            "Log scale",
            "For the loss: equal ratios look equally large.",
            disabled=metric is not Metric.LOSS,
        )
    return CurveView(
        metric=metric,
        axis=axis,
        smoothing=smoothing,
        is_log=is_log,
        is_grouped=is_grouped,
        has_reference=has_reference,
    )


def show_curves(records: Sequence[RunRecord], labels: Mapping[str, str], view: CurveView) -> None:
    """Show the chart and what its curve means."""
    if view.is_grouped:
        groups = seed_groups(records)
        labels = distinct_labels([r for r in records if groups[r.run_id] == r.run_id])
    frame = compared_frame(records, labels, view)
    figure = draw_comparison(frame, view, is_dark=is_dark())
    show_growing_chart(figure, key="compared_curves", alt=describe_comparison(frame, view))
    notes = [view.metric.explanation]
    if view.has_reference and not view.can_show_reference:
        notes.append(
            "The lesson's curves are not drawn here: it published only running accuracy over texts "
            "read."
        )
    st.caption(" ".join(notes))


def show_results(records: Sequence[RunRecord], labels: Mapping[str, str]) -> None:
    """Show the table of results under the chart."""
    target = st.slider(
        "Accuracy to reach",
        0.3,
        0.99,
        0.8,
        0.01,
        format="percent",
        key="target",
        bind="query-params",
        width=320,
        help="The table shows how many texts and how much training time it took until held-out "
        "accuracy first reached this value.",
    )
    st.dataframe(
        pd.DataFrame([_result(record, labels[record.run_id], target) for record in records]),
        key="results",
        hide_index=True,
        alt="Results of the runs shown",
        column_config={
            "Run": st.column_config.TextColumn(pinned=True, width=240),
            "Padding": st.column_config.TextColumn(
                help="Share of the cells of its batches that are pads. A padded network computes "
                "them, a packed network does not."
            ),
            "95% interval": st.column_config.TextColumn(
                help="Wilson's interval for the test accuracy. With other test texts, 95 of 100 "
                "such intervals would contain the true accuracy. It says nothing about other seeds."
            ),
        },
    )


def _result(record: RunRecord, label: str, target: float) -> dict[str, object]:
    started, finished = record.started, record.finished
    reached = record.reached(target)
    has_epoch = bool(record.points) and record.points[-1].epoch > 0
    return {
        "Run": label,
        "Test accuracy": percent(record.test_accuracy),
        "95% interval": _interval(record),
        "Held-out": percent(record.held_out_accuracy),
        "Running": percent(record.running_accuracy),
        f"Texts to {target:.0%}": f"{reached.samples:,}" if reached else "–",
        f"Time to {target:.0%}": duration(reached.seconds if reached else None),
        "Epoch time": duration(record.seconds / record.points[-1].epoch if has_epoch else None),
        "Padding": percent(finished.padding_share if finished else None),
        "Parameters": f"{started.parameters:,}" if started else "–",
    }


def _interval(record: RunRecord) -> str:
    if record.finished is None:
        return "–"
    texts = sum(map(sum, record.finished.confusion))
    right = sum(row[index] for index, row in enumerate(record.finished.confusion))
    interval = accuracy_interval(right, texts)
    return f"{interval.low:.1%} to {interval.high:.1%}"


def show_facts(records: Sequence[RunRecord], labels: dict[str, str]) -> None:
    """Show one column for each run, with its settings and results."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Settings and results")
        only = toggle(
            "differences", "Differences only", "Hide rows in which all runs are equal.", value=True
        )
    frame = facts_frame(records, labels, only_differing=only)
    if frame.empty:
        st.caption("These runs do not differ.")
        return
    st.dataframe(frame, key="facts", alt="Settings and results, one column for each run")
