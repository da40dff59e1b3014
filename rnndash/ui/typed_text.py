"""The text that is read: typed, clicked, or taken from the test texts."""

import random
from collections.abc import Sequence

import streamlit as st

from rnndash.inspection.encoded_text import MOST_WORDS
from rnndash.ui.corpora import readable_texts
from rnndash.ui.networks import Opened
from rnndash.ui.wording import plain

KEY = "text"
MOST_CHARACTERS = 5_000
"""Of a text that are kept: more than the networks read of it."""
_MOST_TAKEN = 2_000_000
"""Characters that the field takes in; it says nothing of what is longer."""
EXAMPLES = {
    "Plain": "Oil prices rise as OPEC ministers agree to cut output",
    "Sports": "Late goal sends the champions into the final of the cup",
    "Two topics": "Software company buys football club for 200 million dollars",
    "Negation": "The company did not report a loss this quarter",
    "Word order": "Government beats software company in court",
    "Late turn": "The president of the national team said on Tuesday that the striker is injured",
    "Unknown words": "Zorblax quibbled over frimfram in the glunkplex",
    "One word": "goal",
}
"""Texts ready to click, among them some that are hard for these networks."""
_TRUE, _EXAMPLE = "true_class", "example"


def offer_texts(opened: Sequence[Opened]) -> None:
    """Texts ready to click."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.pills(
            "Examples",
            list(EXAMPLES),
            key=_EXAMPLE,
            on_change=_take_example,
            wrap=True,
        )
        st.button(
            "A test text",
            key="test_text",
            icon=":material/casino:",
            on_click=_take_test_text,
            args=(opened[0],) if opened else (),
            disabled=not opened,
            help="One that the first network never learned from, with its true class.",
        )


def typed_text() -> str:
    """What the field will hold once it is there."""
    return str(st.session_state.get(KEY, st.query_params.get(KEY, EXAMPLES["Plain"])))


def ask_for_text() -> str:
    """The field that answers while somebody types."""
    text = text_field(
        "Headline",
        KEY,
        EXAMPLES["Plain"],
        help_text=f"The networks read up to {MOST_WORDS} words; longer texts are cut, and it is "
        "said.",
    )
    true = st.session_state.get(_TRUE)
    if true and true[0] == text:
        st.caption(f"A test text; its true class is **{plain(true[1])}**.")
    return text


def text_field(label: str, key: str, value: str, help_text: str) -> str:
    """A field for a text, which answers each key and is in the URL.

    Of a very long text its beginning is kept, and that is said: a URL cannot carry more.

    Args:
        value: what a URL without it means.
    """
    text = st.text_input(
        label,
        value,
        key=key,
        bind="query-params",
        max_chars=_MOST_TAKEN,
        live="0ms",
        persist_state="session",
        placeholder="Type a headline",
        on_change=_cut,
        args=(key,),
        help=help_text,
    )
    kept, characters = st.session_state.get(f"{key}_cut", ("", 0))
    if kept and kept == text:
        st.caption(
            f":material/content_cut: The text had {characters:,} characters; the first "
            f"{len(kept):,} are kept."
        )
    return text or ""


def _cut(key: str) -> None:
    text = st.session_state[key] or ""
    if len(text) <= MOST_CHARACTERS:
        return
    kept = text[:MOST_CHARACTERS]
    kept = kept[: kept.rfind(" ")] if " " in kept else kept
    st.session_state[key], st.session_state[f"{key}_cut"] = kept, (kept, len(text))


def _take_example() -> None:
    if name := st.session_state[_EXAMPLE]:
        st.session_state[KEY] = EXAMPLES[name]
        st.session_state[_EXAMPLE] = None


def _take_test_text(opened: Opened) -> None:
    texts = readable_texts(opened.record)
    if texts is None:
        st.toast(
            "The test texts of this run are no longer on this machine.", icon=":material/info:"
        )
        return
    row = random.randrange(len(texts.labels))
    text = " ".join(texts.texts[row][:MOST_CHARACTERS].split())
    st.session_state[KEY] = text
    st.session_state[_TRUE] = (text, texts.class_names[int(texts.labels[row])])
