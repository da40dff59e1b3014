"""Export and import: curves, results and the figure, runs, and a run as code."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from rnndash.errors import RnndashError
from rnndash.export.archive import export_run, import_run
from rnndash.export.as_code import code_bundle, run_script
from rnndash.export.tables import curves_csv, results_json
from rnndash.figures.comparison import CurveView, compared_frame, draw_comparison
from rnndash.figures.library import standalone_html
from rnndash.results import RunRecord
from rnndash.ui.compare.run_selection import select_runs, selected_runs
from rnndash.ui.services import environment, run_queue
from rnndash.ui.shown_runs import shown_runs
from rnndash.ui.url_state import menu
from rnndash.ui.wording import plain

_TURN, _IMPORTED = "import_turn", "imported"
_ZIP = "application/zip"


def show_downloads(
    records: Sequence[RunRecord], labels: Mapping[str, str], view: CurveView
) -> None:
    """Show the download buttons under the chart, for all runs shown."""

    def figure() -> str:
        frame = compared_frame(records, labels, view)
        return standalone_html(draw_comparison(frame, view), f"rnndash: {view.metric.label}")

    with st.container(horizontal=True, gap="small"):
        _download("curves_csv", "All curves (CSV)", lambda: curves_csv(records, labels), "text/csv")
        _download(
            "results_json",
            "Settings and results (JSON)",
            lambda: results_json(records, labels),
            "application/json",
        )
        _download("figure_html", "This figure (HTML)", figure, "text/html")


def show_run_downloads(records: Sequence[RunRecord], labels: Mapping[str, str]) -> None:
    """Show the exports of one run: a zip for another dashboard, and code that needs none."""
    st.subheader("Export a run")
    ids = [record.run_id for record in records]
    record = records[ids.index(menu("take", "Run", ids, ids[0], labels))]
    store, settings = shown_runs().store_of(record.run_id), environment()
    try:
        script = run_script(record.config, settings, expected=record.finished)
    except RnndashError as error:
        script = ""
        st.warning(plain(str(error)), icon=":material/info:")
    with st.container(horizontal=True, gap="small"):
        _download(
            "run_zip",
            "The run, for another dashboard (zip)",
            lambda: export_run(store, record.run_id),
            _ZIP,
            file_name=f"{record.run_id}.zip",
            disabled=record.state.is_active,
            help_text="Settings, curves, weights, vocabulary and test predictions. Pause or "
            "stop an active run first. Import the file on the Compare page of another dashboard.",
        )
        _download(
            "run_code",
            "The run as code (zip)",
            lambda: code_bundle(record.config, settings, expected=record.finished),
            _ZIP,
            file_name=f"{record.run_id}-code.zip",
            disabled=not script,
            help_text="A script and a notebook in plain PyTorch. They train the same model on the "
            "same texts to the same accuracy. The texts are included where their licence allows.",
        )
    if script:
        with st.expander("This run as code", icon=":material/code:"):
            st.code(script, height=480)


def show_import() -> None:
    """Show the import of a run that another dashboard exported."""
    with st.popover("Import a run", icon=":material/upload:"):
        file = st.file_uploader(
            "A run's zip file",
            type="zip",
            key=f"import_{st.session_state.setdefault(_TURN, 0)}",
            help="A file made under Export a run, at the end of this page. It is checked before it "
            "is stored.",
        )
        if file is None:
            return
        store = run_queue().store
        try:
            run_id = import_run(store, file)
        except RnndashError as error:
            st.error(plain(str(error)), icon=":material/error:")
            return
        select_runs([run_id, *selected_runs(store)])
        st.session_state[_TURN] += 1
        st.session_state[_IMPORTED] = run_id
        st.rerun()


def show_import_notice() -> None:
    """Show once that a run has been imported."""
    if run_id := st.session_state.pop(_IMPORTED, None):
        st.toast(f"Run {run_id} is imported and shown below.", icon=":material/check:")


def _download(
    key: str,
    label: str,
    make: Callable[[], str | bytes],
    mime: str,
    *,
    file_name: str | None = None,
    disabled: bool = False,
    help_text: str | None = None,
) -> None:
    """Show a download button; the file is made when it is pressed."""
    st.download_button(
        label,
        make,
        file_name=file_name or "rnndash-" + key.replace("_", "."),
        mime=mime,
        key=key,
        icon=":material/download:",
        on_click="ignore",
        disabled=disabled,
        help=help_text,
    )
