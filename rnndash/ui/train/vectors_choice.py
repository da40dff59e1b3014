"""The choice of word vectors: a file on the server, GloVe, or a visitor's own file."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import streamlit as st

from rnndash.config.hyperparameters import SETTING
from rnndash.config.word_vectors import (
    FROZEN_HELP,
    FROZEN_LABEL,
    GLOVE_DOWNLOAD_MB,
    GLOVE_SETS,
    GLOVE_URL,
    VECTORS_HELP,
    VECTORS_LABEL,
    VectorsChoice,
    glove_choice,
)
from rnndash.errors import RnndashError
from rnndash.text.vector_files import (
    MAX_UPLOAD_BYTES,
    choose_file,
    find_vectors,
    keep_vectors,
    kept_vectors,
    list_vector_files,
)
from rnndash.ui.services import environment
from rnndash.ui.url_state import menu
from rnndash.ui.wording import plain

NONE, UPLOAD = "none", "upload"
KEY, FREEZE_KEY = "vectors", "freeze_vectors"
_UPLOAD_KEY = "vectors_upload"


def pick_vectors(on_change: Callable[[], None]) -> VectorsChoice | None:
    """Show the menu and the switch beside it; None for no vectors, or while a file is missing.

    It also sets the embedding size to the size of the vectors. Call it before that widget is drawn.
    """
    files = _files()
    menu_column, switch_column = st.columns([2, 3], vertical_alignment="bottom")
    with menu_column:
        chosen = _menu(files, on_change)
    is_frozen = switch_column.toggle(
        FROZEN_LABEL,
        key=FREEZE_KEY,
        bind="query-params",
        on_change=on_change,
        disabled=chosen == NONE,
        help=FROZEN_HELP,
    )
    if chosen in GLOVE_SETS and not _is_available(chosen):
        st.caption(_download_note(chosen))
    if chosen != UPLOAD:
        st.query_params.pop(_UPLOAD_KEY, None)
    try:
        choice = _choice(chosen, files)
    except RnndashError as error:
        st.error(plain(str(error)))
        choice = None
    _set_embedding_size(choice)
    return None if choice is None else replace(choice, is_frozen=is_frozen)


def _set_embedding_size(vectors: VectorsChoice | None) -> None:
    """Set it to the size of the vectors; without vectors, back to one that the menu offers."""
    embed_dim = SETTING["embed_dim"]
    if vectors is not None:
        st.session_state.embed_dim = vectors.dimension
    elif st.session_state.get("embed_dim", embed_dim.default) not in embed_dim.menu:
        st.session_state.embed_dim = embed_dim.default


def embedding_sizes(vectors: VectorsChoice | None) -> tuple[int | float, ...]:
    """The sizes that the menu offers, with the size of the vectors among them."""
    own = () if vectors is None else (vectors.dimension,)
    return tuple(sorted({*SETTING["embed_dim"].menu, *own}))


def waits_for_vectors(vectors: object) -> bool:
    """Whether the form asks for vectors that `pick_vectors` did not return."""
    return vectors is None and st.session_state.get(KEY, NONE) != NONE


def _files() -> dict[str, Path]:
    """Files of vectors on the server, by name, without GloVe's own, which the menu has anyway."""
    found = {path.name: path for path in list_vector_files(environment())}
    return {name: path for name, path in found.items() if path.stem not in GLOVE_SETS}


def _menu(files: Mapping[str, Path], on_change: Callable[[], None]) -> str:
    labels = {NONE: "None: start from random numbers"}
    labels |= {name: f"{name} (on the server)" for name in files}
    for name in GLOVE_SETS:
        where = "on the server" if _is_available(name) else f"download, {GLOVE_DOWNLOAD_MB} MB"
        labels[name] = f"{name} ({where})"
    labels[UPLOAD] = "A file of your own"
    asked = st.query_params.get(KEY, NONE)
    if KEY not in st.session_state and asked not in labels:
        st.warning(plain(f"The word vectors {asked[:100]} of this link are not on this server."))
    return menu(KEY, VECTORS_LABEL, list(labels), NONE, labels, VECTORS_HELP, on_change)


def _download_note(name: str) -> str:
    return (
        f"Training starts with a download of {GLOVE_DOWNLOAD_MB} MB, once for all four sets. "
        f"Unpacking needs 3.2 GB of free disk space. Without internet, put `{name}.txt` "
        f"({GLOVE_SETS[name].megabytes:,} MB, from the archive at {GLOVE_URL}) into a folder "
        "`vectors` and set `RNNDASH_DATA_DIR` to the folder above it."
    )


def _is_available(name: str) -> bool:
    return find_vectors(glove_choice(name), environment()) is not None


def _choice(chosen: str, files: Mapping[str, Path]) -> VectorsChoice | None:
    """The settings of a choice; None for no vectors, and while no file is given.

    Raises:
        RnndashError: the file cannot be used.
    """
    if chosen == NONE:
        return None
    if chosen in GLOVE_SETS:
        return glove_choice(chosen)
    if chosen == UPLOAD:
        return _own_file()
    path = files[chosen]
    try:
        stamp = path.stat().st_mtime_ns
    except OSError:  # deleted since it was listed: reading it raises the error
        stamp = 0
    return _read_choice(str(path), stamp)


@st.cache_data(max_entries=16, show_spinner="Reading the word vectors")
def _read_choice(path: str, stamp: int) -> VectorsChoice:  # noqa: ARG001
    return choose_file(Path(path))


def _own_file() -> VectorsChoice | None:
    """Move a new upload into the store, and put its name in the store into the URL."""
    file = st.file_uploader(
        "File of word vectors",
        type=["txt", "vec"],
        key="vectors_file",
        help="The text format of GloVe or word2vec: on each line a word and its numbers, separated "
        f"by single spaces. Up to {MAX_UPLOAD_BYTES // 2**20} MB. The server keeps the file for "
        "training.",
    )
    if file is not None and st.session_state.get("vectors_file_id") != file.file_id:
        choice = keep_vectors(file, file.name, environment())
        st.session_state.vectors_file_id = file.file_id
        st.session_state.vectors_name = file.name
        st.session_state[_UPLOAD_KEY] = choice.sha256
        st.query_params[_UPLOAD_KEY] = str(choice.sha256)
        return choice
    kept = st.query_params.get(_UPLOAD_KEY) or st.session_state.get(_UPLOAD_KEY)
    if not kept:
        st.info("Choose a file of word vectors.", icon=":material/info:")
        return None
    return kept_vectors(kept, st.session_state.get("vectors_name", "vectors.txt"), environment())
