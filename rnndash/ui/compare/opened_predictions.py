"""The predictions of finished runs for their test texts, loaded once for all visitors."""

import streamlit as st

from rnndash.results import Predictions, RunRecord
from rnndash.runs.predictions_file import load_predictions
from rnndash.ui.shown_runs import shown_runs


def predictions_of(record: RunRecord) -> Predictions:
    """What the run predicted for its test texts.

    Raises:
        RunNotFoundError: the run does not exist.
        RunError: the run has no predictions, or they are damaged.
    """
    path = shown_runs().folder(record.run_id).predictions
    changed = path.stat().st_mtime_ns if path.exists() else 0
    return _load(record.run_id, changed)


@st.cache_resource(max_entries=24, show_spinner=False)
def _load(run_id: str, changed: int) -> Predictions:  # noqa: ARG001, a newer file is another entry
    return load_predictions(shown_runs().folder(run_id).predictions)
