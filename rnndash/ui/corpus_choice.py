"""Which texts to train on: the corpora, and a visitor's own CSV file."""

from typing import assert_never

import streamlit as st

from rnndash.config.corpus_name import CorpusName, TextSource
from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import CsvChoice, RunConfig
from rnndash.errors import RnndashError
from rnndash.text.csv_columns import CsvColumns, inspect_columns
from rnndash.text.readers import corpus_reader
from rnndash.text.uploads import keep_upload
from rnndash.ui.services import environment
from rnndash.ui.wording import plain


def describe_corpus(corpus: CorpusName) -> str:
    """One line under the menu: what these texts are, and whether they are on this machine."""
    facts = corpus.facts
    match facts.source:
        case TextSource.BUILT_IN | TextSource.UPLOAD:
            return facts.description
        case TextSource.DOWNLOAD:
            config = RunConfig(model=ModelKind.RNN, corpus=corpus)
            where = corpus_reader(config, environment()).available()
            where = where or f"Will be downloaded once, {facts.download_mb} MB."
            return f"{facts.description} {where}"
        case _:
            assert_never(facts.source)


def pick_csv() -> CsvChoice | None:
    """Ask for a file and its two columns; None until all are chosen."""
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
        placeholder="Choose the column with the classes",
        key="label_column",
        bind="query-params",
    )
    text = text_column.selectbox(
        "Text column",
        names,
        index=names.index(columns.text) if columns.text else None,
        placeholder="Choose the column with the texts",
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
    """Move a new upload into the store, and put its name in the store into the URL."""
    file = st.file_uploader(
        "CSV file",
        type=["csv", "tsv", "txt"],
        key="csv_file",
        help="The first line names the columns. 2 to 20 classes. The server keeps the file for "
        "training.",
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
