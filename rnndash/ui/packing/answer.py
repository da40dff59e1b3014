"""What padding does to an answer: one text beside longer and longer neighbours."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from rnndash.config.corpus_name import CorpusName
from rnndash.config.presets import LESSON_MODELS
from rnndash.errors import RnndashError
from rnndash.figures.padding_drift import Drifting, describe_drift, draw_drift, drift_frame
from rnndash.inspection.encoded_text import MOST_WORDS
from rnndash.inspection.network import Network
from rnndash.inspection.network_info import NetworkInfo
from rnndash.inspection.padding_drift import longer_neighbours, padding_drift
from rnndash.inspection.tokenizing import tokenize_text
from rnndash.inspection.variants import PaddingDrift
from rnndash.results import RunRecord
from rnndash.training.trained import untrained_model
from rnndash.ui.corpora import open_texts
from rnndash.ui.growing_chart import show_growing_chart
from rnndash.ui.legend import is_dark
from rnndash.ui.networks import open_run, when_trained
from rnndash.ui.shown_runs import shown_runs
from rnndash.ui.typed_text import MOST_CHARACTERS, show_notes
from rnndash.ui.url_state import menu
from rnndash.ui.wording import plain

UNTRAINED = "untrained"
_NETWORKS = "networks"
_MOST_LISTED = 60
"""Newest comparisons among which to choose."""
_HEADLINE = "Oil prices fall as markets wait for news from the central bank"
_NEIGHBOUR = "The home team scored twice in the second half and won the cup in front of its fans"
_POINTS = 21
"""Numbers of pads that are tried."""


def show_answer() -> None:
    """Choose networks and a text; see answer and state move, or stay."""
    st.markdown(
        "The same text is read again and again in a batch of two. Its neighbour gets longer, so "
        "more and more pads stand behind the text. A network that reads pads like words changes "
        "its answer. One that reads a packed sequence never sees them."
    )
    comparisons = finished_comparisons()
    source = _choose_source(comparisons)
    text = st.text_input(
        "Text",
        _HEADLINE,
        key="sentence",
        bind="query-params",
        max_chars=MOST_CHARACTERS,
        help=f"Up to {MOST_WORDS} words.",
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
        help="How many words longer than the text the neighbour gets.",
    )
    try:
        drifts = drifts_of(_open_networks(source, comparisons), text, most)
    except RnndashError as error:
        st.info(plain(str(error)), icon=":material/info:")
        return
    if drifts:
        _show(drifts, is_trained=source != UNTRAINED)


def finished_comparisons() -> dict[str, list[RunRecord]]:
    """The newest comparisons with at least one finished run, and their finished runs."""
    runs = shown_runs()
    named = st.session_state.get(_NETWORKS) or st.query_params.get(_NETWORKS)
    run_ids = [*runs.run_ids()[:_MOST_LISTED], *(runs.run_ids(named) if named else ())]
    found: dict[str, list[RunRecord]] = {}
    records, _ = runs.records(dict.fromkeys(run_ids))
    for record in records:
        if record.finished is not None:
            found.setdefault(record.comparison, []).append(record)
    return found


def drifts_of(networks: Sequence[Network], text: str, most: int) -> list[PaddingDrift]:
    """How each network's answer to a text moves with up to `most` pads behind it.

    Raises:
        SequenceError: there is no word in the text.
        CheckpointError: a network gives numbers that are not finite.
    """
    words, neighbour = tokenize_text(text), tokenize_text(_NEIGHBOUR)
    pads = np.unique(np.linspace(0, most, _POINTS).round().astype(int)).tolist()
    drifts = []
    for network in networks:
        encoded = network.encode(words)
        batches = longer_neighbours(encoded, network.encode(neighbour), pads)
        drifts.append(padding_drift(network, encoded, batches))
    return drifts


def _choose_source(comparisons: dict[str, list[RunRecord]]) -> str:
    """A comparison, or `UNTRAINED`; offered first is one with padded and packed networks."""
    labels = {comparison: _name(records) for comparison, records in comparisons.items()}
    labels[UNTRAINED] = "Untrained networks, seed 0"
    options = list(labels)
    both = (name for name, records in comparisons.items() if _has_both(records))
    return menu(_NETWORKS, "Networks", options, next(both, options[0]), labels)


def _has_both(records: Sequence[RunRecord]) -> bool:
    """Whether padded networks can be compared with packed ones."""
    return len({record.config.model.is_packed for record in records}) == 2


def _name(records: Sequence[RunRecord]) -> str:
    models = ", ".join(record.config.model.label for record in records)
    return f"{models}: {records[0].config.corpus.label}, {when_trained(records[0])}"


def _open_networks(source: str, comparisons: dict[str, list[RunRecord]]) -> list[Network]:
    if source == UNTRAINED:
        return _untrained()
    opened = map(open_run, comparisons[source])
    return [each.network for each in opened if each is not None]


@st.cache_resource(max_entries=1, ttl=600, show_spinner=False)
def _untrained() -> list[Network]:
    """The lesson's networks as they are before training, over the built-in headlines."""
    corpus = open_texts(CorpusName.HEADLINES)
    sizes = {"vocab_size": len(corpus.words), "num_class": len(corpus.class_names)}
    return [
        Network(
            info=NetworkInfo(label=kind.label, kind=kind, class_names=corpus.class_names),
            model=untrained_model(kind, **sizes),
            words=corpus.words,
        )
        for kind in LESSON_MODELS
    ]


def _show(drifts: Sequence[PaddingDrift], *, is_trained: bool) -> None:
    show_notes(drift.text for drift in drifts)
    frame = drift_frame(drifts)
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
            "How far an answer moves depends on training: a padded network that has read many "
            "pads learns to answer well in spite of them."
        )
    else:
        st.caption(
            "These networks know nothing yet. Their answers mean nothing, but you can see how "
            "pads move them. Train some networks, then choose them above."
        )
