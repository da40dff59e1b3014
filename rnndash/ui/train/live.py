"""The runs of one comparison while they train: cards, curves and the lesson's lines."""

import time
from collections.abc import Sequence

import streamlit as st

from rnndash.app_files import page_script
from rnndash.figures.curves import Metric, curves_of, describe_curves, draw_curves
from rnndash.results import RunRecord
from rnndash.ui.comparison import PARAMETER
from rnndash.ui.growing_chart import load_chart_library, show_growing_chart
from rnndash.ui.legend import is_dark
from rnndash.ui.refresh import FAST_REFRESH_S, REFRESH_S
from rnndash.ui.services import run_queue
from rnndash.ui.shown_runs import shown_runs
from rnndash.ui.train.run_cards import show_cards, show_controls
from rnndash.ui.url_state import choices_from_url, choices_to_url
from rnndash.ui.wording import describe_comparison, describe_settings, plain

_EAGER_FOR_S = 15.0


def show_live(comparison: str) -> None:
    """Show the runs; while one of them is active, refresh them.

    Training runs in processes of its own, so it continues when nobody has the page open.
    """
    load_chart_library()
    pace = _pace(_records(comparison))
    st.fragment(_live, run_every=pace)(comparison, pace=pace)


def _pace(records: Sequence[RunRecord]) -> float | None:
    """Seconds between two refreshes; None when no run is active."""
    if not any(record.state.is_active for record in records):
        return None
    has_points = all(record.points for record in records)
    is_fresh = time.time() - records[0].created < _EAGER_FOR_S
    return FAST_REFRESH_S if is_fresh and not has_points else REFRESH_S


def _live(comparison: str, *, pace: float | None) -> None:
    records = _records(comparison)
    if not records:
        st.warning("The runs of this link no longer exist. Start a new comparison above.")
        return
    if _pace(records) != pace:  # only a full run of the page can change `run_every`
        st.rerun()
    queue = run_queue()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(describe_comparison(records))
        st.page_link(
            page_script("compare"),
            label="Compare these runs",
            icon=":material/query_stats:",
            query_params={PARAMETER: comparison},
            width="content",
        )
        show_controls(records, queue)
    st.caption(plain(describe_settings(records[0].config)))
    show_cards(records, queue)
    _curves(records, comparison)
    _notes(records)
    _lesson_lines(records)


def _records(comparison: str) -> list[RunRecord]:
    runs = shown_runs()
    records, problems = runs.records(runs.run_ids(comparison))
    for problem in problems:
        st.error(plain(problem))
    return records


def _curves(records: list[RunRecord], comparison: str) -> None:
    for named in choices_from_url("metric", list(Metric))[:1]:
        st.session_state.metric = named
    metric = st.segmented_control(
        "Curve",
        list(Metric),
        default=Metric.RUNNING,
        required=True,
        format_func=lambda choice: choice.label,
        key="metric",
        persist_state="session",
        label_visibility="collapsed",
    )
    chosen = metric or Metric.RUNNING
    choices_to_url("metric", [chosen], [Metric.RUNNING])
    curves = curves_of(records, chosen)
    show_growing_chart(
        draw_curves(
            curves,
            chosen,
            samples_total=max(record.samples_total for record in records),
            is_dark=is_dark(),
            revision=comparison,
        ),
        key="curves",
        alt=describe_curves(curves, chosen),
    )
    st.caption(chosen.explanation)


def _notes(records: list[RunRecord]) -> None:
    """Say where the texts come from; once, since all runs of a comparison read the same texts."""
    started = next((record.started for record in records if record.started), None)
    if started is None:
        return
    st.caption(
        plain(
            f"{started.source} Vocabulary: {started.vocabulary:,} words. Device: {started.device}."
        )
    )
    for note in started.notes:
        st.info(plain(note), icon=":material/info:")


def _lesson_lines(records: list[RunRecord]) -> None:
    with st.expander("What the lesson prints: running accuracy every 200 minibatches"):
        for column, record in zip(st.columns(len(records)), records, strict=True):
            lines = "\n".join(line.line for line in record.lines)
            column.markdown(f"**{record.config.model.label}**")
            column.code(lines or "Nothing yet", language=None, height=260)
