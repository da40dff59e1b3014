"""Answers of finished runs and the texts that they answered, opened once for all visitors."""

import streamlit as st

from rnndash.config import RunConfig
from rnndash.results import Answers, RunRecord
from rnndash.runs.answers import load_answers
from rnndash.text.encoded import EncodedCorpus, find_encoded
from rnndash.text.readers import corpus_reader
from rnndash.ui.services import environment, run_queue


def answers_of(record: RunRecord) -> Answers:
    """What the run answered to its test texts.

    Raises:
        RunNotFoundError: the run is gone.
        RunError: it keeps no answers, or they are damaged.
    """
    path = run_queue().store.folder(record.run_id).answers
    changed = path.stat().st_mtime_ns if path.exists() else 0
    return _answers(record.run_id, changed)


@st.cache_resource(max_entries=24, show_spinner=False)
def _answers(run_id: str, changed: int) -> Answers:  # noqa: ARG001, a newer file is another entry
    return load_answers(run_queue().store.folder(run_id).answers)


def texts_of(record: RunRecord) -> EncodedCorpus | None:
    """The run's corpus, if it is still on this machine."""
    config = record.config
    kept = RunConfig(
        model=config.model,
        corpus=config.corpus,
        csv=config.csv,
        seed=config.seed,
        min_freq=config.min_freq,
    )
    return _corpus(kept)


@st.cache_resource(max_entries=3, ttl=600, show_spinner=False)
def _corpus(config: RunConfig) -> EncodedCorpus | None:
    place = environment()
    return find_encoded(
        corpus_reader(config, place), min_freq=config.min_freq, folder=place.corpora_dir
    )
