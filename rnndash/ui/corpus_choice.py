"""Which texts: what is there, and a visitor's own CSV file."""

import streamlit as st

from rnndash.config.corpus_name import CorpusName
from rnndash.config.run_config import CsvChoice
from rnndash.errors import RnndashError
from rnndash.text.ag_news import DOWNLOAD_MB, AgNewsReader
from rnndash.text.csv_file import MAX_BYTES, CsvColumns, inspect_columns
from rnndash.text.uploads import keep_upload
from rnndash.ui.services import environment
from rnndash.ui.wording import plain


def describe_corpus(corpus: CorpusName) -> str:
    """One line under the menu: what these texts are and whether they are at hand."""
    match corpus:
        case CorpusName.HEADLINES:
            return "Made by a program, four classes, needs no internet."
        case CorpusName.AG_NEWS:
            return _describe_ag_news()
        case CorpusName.CSV:
            return f"A label and a text column, up to {MAX_BYTES // 2**20} MB."


def _describe_ag_news() -> str:
    place = environment()
    reader = AgNewsReader(data_dir=place.data_dir, cache_dir=place.downloads_dir)
    at_hand = reader.available()
    if at_hand is None:
        return f"Real news. Will be downloaded once, {DOWNLOAD_MB} MB."
    return f"Real news. {at_hand}"


def pick_csv() -> CsvChoice | None:
    """Ask for a file and its columns; None until both are there."""
    _keep_uploaded()
    upload = st.query_params.get("upload") or st.session_state.get("csv_upload")
    if not upload:
        return None
    try:
        choice = CsvChoice(upload=upload, file_name=st.session_state.get("csv_name", "file.csv"))
        columns = inspect_columns(environment().uploads_dir / f"{upload}.csv")
    except RnndashError as error:
        st.error(plain(str(error)))
        return None
    names = list(columns.names)
    if columns.examples:
        _show_examples(columns, names)
    label_column, text_column = st.columns(2)
    label = label_column.selectbox(
        "Label column",
        names,
        index=names.index(columns.label) if columns.label else None,
        placeholder="Choose the column of the classes",
        key="label_column",
        bind="query-params",
    )
    text = text_column.selectbox(
        "Text column",
        names,
        index=names.index(columns.text) if columns.text else None,
        placeholder="Choose the column of the texts",
        key="text_column",
        bind="query-params",
    )
    if not label or not text:
        st.info("Choose the label and the text column.", icon=":material/info:")
        return None
    return CsvChoice(
        upload=choice.upload, file_name=choice.file_name, text_column=text, label_column=label
    )


def _show_examples(columns: CsvColumns, names: list[str]) -> None:
    import pandas as pd  # takes longer to load than the rest of the page

    st.dataframe(
        pd.DataFrame(columns.examples).rename(columns=dict(enumerate(names))),
        hide_index=True,
        key="csv_rows",
        alt="The first rows of the file",
    )


def _keep_uploaded() -> None:
    """Move a newly uploaded file into the store and put its name there into the URL."""
    file = st.file_uploader(
        "CSV file",
        type=["csv", "tsv", "txt"],
        key="csv_file",
        help="First line: names of the columns. 2 to 20 classes. Kept on the server for training.",
    )
    if file is None or st.session_state.get("csv_file_id") == file.file_id:
        return
    try:
        upload = keep_upload(file, environment().uploads_dir)
    except RnndashError as error:
        st.error(plain(str(error)))
        return
    st.session_state.csv_file_id = file.file_id
    st.session_state.csv_upload = upload
    st.session_state.csv_name = file.name
    st.query_params["upload"] = upload
