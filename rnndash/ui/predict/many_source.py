"""Where many texts come from: pasted lines, or a CSV file that stays until it is removed."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import assert_never

import streamlit as st

from rnndash.config.complete import complete
from rnndash.errors import RnndashError
from rnndash.inspection.many_texts import (
    MOST_TEXTS,
    ManyTexts,
    counted,
    readable_name,
    texts_from_csv,
    texts_from_lines,
)
from rnndash.ui.networks import Opened
from rnndash.ui.predict.cache_slot import CacheSlot
from rnndash.ui.url_state import choice
from rnndash.ui.wording import plain

_FILE = "many_file"
_MOST_MB = 20


class ManySource(StrEnum):
    """Where many texts come from."""

    LINES = "lines"
    CSV = "csv"

    @property
    def label(self) -> str:
        """The name in the menu."""
        return _LABELS[self]


_LABELS = complete(
    ManySource,
    {ManySource.LINES: "Pasted lines", ManySource.CSV: "A CSV file"},
)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _File:
    """An uploaded file.

    Attributes:
        upload: its id, a new one for each upload.
        name: to be shown; no path.
    """

    upload: str
    name: str
    data: bytes


def ask_for_texts(opened: Sequence[Opened]) -> tuple[object, ManyTexts] | None:
    """The texts and a key that is theirs alone; None as long as there are no texts.

    Raises:
        CorpusError: a file cannot be read.
    """
    source = choice("many", "Texts from", list(ManySource), ManySource.LINES)
    match source:
        case ManySource.LINES:
            return _pasted()
        case ManySource.CSV:
            return _uploaded(opened)
        case _:
            assert_never(source)


def _pasted() -> tuple[object, ManyTexts] | None:
    """The pasted texts and their key."""
    pasted = st.text_area(
        f"One text a line, up to {MOST_TEXTS:,}",
        key="lines",
        height=160,
        max_chars=8_000_000,
        persist_state="session",
        help="For many long texts a CSV file is quicker than a field of a web page.",
    )
    return (hash(pasted), _lines(pasted)) if pasted and pasted.strip() else None


@st.cache_resource(scope="session", max_entries=1, show_spinner=False)
def _lines(pasted: str) -> ManyTexts:
    return texts_from_lines(pasted)


def _uploaded(opened: Sequence[Opened]) -> tuple[object, ManyTexts] | None:
    """The texts of the file in the field and their key, or else of the file that was there last.

    The field itself forgets its file when it leaves the page.
    """
    file = st.file_uploader(
        "CSV file",
        type=["csv", "tsv", "txt"],
        key=_FILE,
        max_upload_size=_MOST_MB,
        on_change=_forget_if_removed,
        help="First line: names of the columns. The texts are in the column named text (headline, "
        "title, review and the like do too); their classes, if known, in the one named label. Up "
        f"to {MOST_TEXTS:,} rows. The file is kept until you remove it or leave the dashboard.",
    )
    last = _last_file()
    if file is not None and (last.value is None or last.value.upload != file.file_id):
        last.value = _File(upload=file.file_id, name=readable_name(file.name), data=file.getvalue())
    kept = last.value
    if kept is None:
        return None
    class_names = opened[0].network.info.class_names
    try:
        texts = _rows(kept.upload, class_names, kept)
    except RnndashError:
        last.value = None
        raise
    if file is None:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"{plain(kept.name)}, {counted(len(texts), 'text')}", width="content")
            st.button("Remove", key="many_remove", icon=":material/close:", on_click=_forget)
    return (kept.upload, class_names), texts


@st.cache_resource(scope="session", max_entries=1, show_spinner=False)
def _last_file() -> CacheSlot[_File]:
    return CacheSlot()


@st.cache_resource(scope="session", max_entries=1, show_spinner=False)
def _rows(upload: str, class_names: tuple[str, ...], _file: _File) -> ManyTexts:  # noqa: ARG001
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "texts.csv"
        path.write_bytes(_file.data)
        return texts_from_csv(path, class_names, name=_file.name)


def _forget_if_removed() -> None:
    if st.session_state.get(_FILE) is None:
        _forget()


def _forget() -> None:
    _last_file().value = None
    _rows.clear()
