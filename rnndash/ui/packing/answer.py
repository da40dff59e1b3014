"""What padding does to an answer: one text beside longer and longer neighbours."""

import time
from collections.abc import Sequence

import numpy as np
import streamlit as st

from rnndash.config.corpus_name import CorpusName
from rnndash.config.model_kind import ModelKind
from rnndash.config.presets import LESSON_MODELS
from rnndash.errors import RnndashError
from rnndash.figures.padding_drift import Drifting, describe_drift, draw_drift, drift_frame
from rnndash.inspection.variants import PaddingDrift
from rnndash.models import Classifier
from rnndash.packing.drift import padding_drift
from rnndash.results import RunRecord
from rnndash.text.special_tokens import UNKNOWN_INDEX
from rnndash.text.tokens import tokenize, word_indices
from rnndash.training.trained import open_trained, untrained_model
from rnndash.ui.corpora import open_texts
from rnndash.ui.growing_chart import show_growing_chart
from rnndash.ui.legend import is_dark
from rnndash.ui.shown_runs import shown_runs
from rnndash.ui.url_state import menu
from rnndash.ui.wording import plain

UNTRAINED = "untrained"
_NETWORKS = "networks"
MOST_TOKENS = 200
_HEADLINE = "Oil prices fall as markets wait for news from the central bank"
_NEIGHBOUR = "The home team scored twice in the second half and won the cup in front of its fans"
_POINTS = 21
"""Numbers of pads that are tried."""
Networks = tuple[tuple[ModelKind, Classifier], ...]


def show_answer() -> None:
    """Choose networks and a text; see answer and state move, or stay."""
    st.markdown(
        "The same text, in a batch of two. Its neighbour gets longer, so more and more pads stand "
        "behind the text. A network that reads pads like words changes its answer; one that is "
        "given a packed sequence never sees them."
    )
    source = _choose_networks()
    text = st.text_input(
        "Text",
        _HEADLINE,
        key="sentence",
        bind="query-params",
        max_chars=1_000,
        help=f"Up to {MOST_TOKENS} words.",
    )
    most = st.slider(
        "Pads, up to",
        10,
        200,
        60,
        10,
        key="pads",
        bind="query-params",
        width=320,
        help="How many tokens longer than the text the neighbour gets.",
    )
    try:
        networks, words, class_names = _open(source)
        drifts = _drifts(networks, words, text, most)
    except RnndashError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if drifts:
        _show(drifts, class_names, is_trained=source != UNTRAINED)


def _choose_networks() -> str:
    comparisons = _finished_comparisons()
    labels = {comparison: _name(records) for comparison, records in comparisons.items()}
    labels[UNTRAINED] = "Untrained networks, seed 0"
    options = list(labels)
    both = (name for name, records in comparisons.items() if _has_both(records))
    return menu(_NETWORKS, "Networks", options, next(both, options[0]), labels)


def _has_both(records: Sequence[RunRecord]) -> bool:
    """Whether padded networks can be held against packed ones."""
    return len({record.config.model.is_packed for record in records}) == 2


def _name(records: Sequence[RunRecord]) -> str:
    models = ", ".join(record.config.model.label for record in records)
    when = time.strftime("%d %b %H:%M", time.localtime(records[0].created))
    if shown_runs().is_shipped(records[0].run_id):
        when = "came with the dashboard"
    return f"{models}: {records[0].config.corpus.label}, {when}"


def _finished_comparisons() -> dict[str, list[RunRecord]]:
    """The newest comparisons with at least one finished run, and their finished runs."""
    runs = shown_runs()
    named = st.session_state.get(_NETWORKS) or st.query_params.get(_NETWORKS)
    run_ids = [*runs.run_ids()[:60], *(runs.run_ids(named) if named else ())]
    found: dict[str, list[RunRecord]] = {}
    records, _ = runs.records(dict.fromkeys(run_ids))
    for record in records:
        if record.finished is not None:
            found.setdefault(record.comparison, []).append(record)
    return found


def _open(source: str) -> tuple[Networks, tuple[str, ...], Sequence[str]]:
    if source == UNTRAINED:
        return _untrained()
    records = _finished_comparisons()[source]
    started = records[0].started
    opened = [_trained(record.run_id) for record in records]
    networks = tuple(
        (record.config.model, model) for record, (model, _) in zip(records, opened, strict=True)
    )
    return networks, opened[0][1], started.class_names if started else ()


@st.cache_resource(max_entries=6, ttl=600, show_spinner="Opening the network")
def _trained(run_id: str) -> tuple[Classifier, tuple[str, ...]]:
    folder = shown_runs().folder(run_id)
    return open_trained(folder.checkpoint, folder.words)


@st.cache_resource(max_entries=1, ttl=600, show_spinner=False)
def _untrained() -> tuple[Networks, tuple[str, ...], Sequence[str]]:
    corpus = open_texts(CorpusName.HEADLINES)
    sizes = {"vocab_size": len(corpus.words), "num_class": len(corpus.class_names)}
    networks = tuple((kind, untrained_model(kind, **sizes)) for kind in LESSON_MODELS)
    return networks, corpus.words, corpus.class_names


def _drifts(networks: Networks, words: tuple[str, ...], text: str, most: int) -> list[PaddingDrift]:
    index = word_indices(words)
    ids = [index.get(token, UNKNOWN_INDEX) for token in tokenize(text)]
    if not ids:
        st.info("Type a text with at least one word.", icon=":material/info:")
        return []
    if len(ids) > MOST_TOKENS:
        st.warning(
            f"The text has {len(ids):,} words; the first {MOST_TOKENS} are read.",
            icon=":material/content_cut:",
        )
    unknown = sum(number == UNKNOWN_INDEX for number in ids)
    if unknown:
        st.caption(f"{unknown} of {len(ids)} words are unknown to these networks.")
    neighbour = [index.get(token, UNKNOWN_INDEX) for token in tokenize(_NEIGHBOUR)]
    pads = np.unique(np.linspace(0, most, _POINTS).round().astype(int)).tolist()
    return [
        padding_drift(model, kind, ids[:MOST_TOKENS], neighbour, pads) for kind, model in networks
    ]


def _show(drifts: Sequence[PaddingDrift], class_names: Sequence[str], *, is_trained: bool) -> None:
    frame = drift_frame(drifts, class_names)
    for column, drifting in zip(st.columns(2), Drifting, strict=True):
        with column:
            show_growing_chart(
                draw_drift(frame, drifting, is_dark=is_dark()),
                key=f"drift_{drifting}",
                alt=describe_drift(frame),
                has_buttons=False,
            )
            st.caption(drifting.explanation)
    st.markdown(plain(describe_drift(frame)))
    if is_trained:
        st.caption(
            "How far an answer moves depends on training: a padded network that has met many pads "
            "learns to live with them."
        )
    else:
        st.caption(
            "These networks know nothing yet: their answers mean nothing, but how they move does. "
            "Train some, and choose them above."
        )
