"""The trained networks that read a visitor's text: one of each kind, shared by all visitors."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from rnndash.config.model_kind import ModelKind
from rnndash.errors import RnndashError, RunError
from rnndash.inspection.network import Network
from rnndash.inspection.network_info import NetworkInfo
from rnndash.results import RunRecord
from rnndash.training.trained import open_trained
from rnndash.ui.shown_runs import shown_runs
from rnndash.ui.url_state import menu
from rnndash.ui.wording import percent, plain

_NONE = "none"
_MOST_LISTED = 200
"""The newest runs that the menus offer."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Opened:
    """A run and its network."""

    record: RunRecord
    network: Network

    @property
    def label(self) -> str:
        """The name that pages show."""
        return self.network.info.label


def choose_networks() -> list[Opened]:
    """Choose one network of each kind, by default the newest; a caption names them."""
    candidates = _candidates()
    with st.popover("Networks", icon=":material/hub:"):
        st.caption("One network of each kind reads the text. Choose among finished runs.")
        chosen = [_choose(kind, records) for kind, records in candidates.items()]
    opened = [each for record in chosen if record and (each := open_run(record))]
    if opened:
        st.caption("Read by " + "; ".join(plain(describe_run(each.record)) for each in opened))
    else:
        st.info("No network is chosen. Choose at least one under Networks.", icon=":material/info:")
    return opened


def choose_one(opened: Sequence[Opened], key: str = "reader") -> Opened:
    """Choose one of the networks, for a view of a single network."""
    kinds = [each.record.config.model.value for each in opened]
    labels = dict(zip(kinds, (each.label for each in opened), strict=True))
    return opened[kinds.index(menu(key, "Network", kinds, kinds[-1], labels))]


def open_run(record: RunRecord) -> Opened | None:
    """The network of a finished run; None, with an error on the page, if it cannot be opened."""
    try:
        changed = shown_runs().folder(record.run_id).checkpoint.stat().st_mtime_ns
        return Opened(record=record, network=_open(record.run_id, _label(record), changed))
    except (RnndashError, OSError) as error:
        reason = str(error) if isinstance(error, RnndashError) else "its weights are gone"
        st.error(
            f"**{plain(_label(record))}** cannot be opened: {plain(reason)}",
            icon=":material/error:",
        )
        return None


def describe_run(record: RunRecord) -> str:
    """`Packed LSTM (Headlines (built in), 25 Nov 17:27, test 92.5%)`."""
    texts = record.config.csv.file_name if record.config.csv else record.config.corpus.label
    test = percent(record.test_accuracy)
    return f"{_label(record)} ({texts}, {when_trained(record)}, test {test})"


def when_trained(record: RunRecord) -> str:
    """`25 Nov 17:27`, or that the run came with the dashboard."""
    if shown_runs().is_shipped(record.run_id):
        return "came with the dashboard"
    return time.strftime("%d %b %H:%M", time.localtime(record.created))


def _label(record: RunRecord) -> str:
    """The run's label; for an included run only its kind, since its origin stands beside it."""
    is_shipped = shown_runs().is_shipped(record.run_id)
    return record.config.model.label if is_shipped else record.label


@st.cache_resource(ttl=2, show_spinner=False)
def _candidates() -> dict[ModelKind, list[RunRecord]]:
    """The newest finished runs of each kind: the user's own, then the included ones."""
    runs = shown_runs()
    run_ids = dict.fromkeys([*runs.own.run_ids()[:_MOST_LISTED], *runs.shipped.run_ids()])
    records, _ = runs.records(run_ids)
    finished = [record for record in records if record.finished is not None]
    found = {kind: [r for r in finished if r.config.model is kind] for kind in ModelKind}
    return {kind: of_kind for kind, of_kind in found.items() if of_kind}


def _choose(kind: ModelKind, records: Sequence[RunRecord]) -> RunRecord | None:
    by_id = {record.run_id: record for record in records}
    labels = {run_id: describe_run(record) for run_id, record in by_id.items()}
    options = [*by_id, _NONE]
    chosen = menu(f"network_{kind}", kind.label, options, options[0], labels | {_NONE: "None"})
    return by_id.get(chosen)


@st.cache_resource(max_entries=12, ttl=3_600, show_spinner="Opening the network")
def _open(run_id: str, label: str, changed: int) -> Network:  # noqa: ARG001, newer weights, newer entry
    runs = shown_runs()
    folder, record = runs.folder(run_id), runs.record(run_id)
    if record.started is None:
        raise RunError(f"Run {run_id} was never started. Choose another one.")
    model, words = open_trained(folder.checkpoint, folder.words)
    info = NetworkInfo(
        label=label, kind=record.config.model, class_names=record.started.class_names
    )
    return Network(info=info, model=model, words=words)
