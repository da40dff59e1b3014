"""The text that the networks read: typed, chosen from examples, or a test text."""

import random
from collections.abc import Iterable, Sequence

import streamlit as st

from rnndash.inspection.encoded_text import MOST_WORDS, EncodedText
from rnndash.ui.corpora import readable_texts
from rnndash.ui.networks import Opened
from rnndash.ui.wording import plain

KEY = "text"
MOST_CHARACTERS = 5_000
"""Characters of a text that are kept: more than the networks read."""
_MOST_TAKEN = 2_000_000
"""Characters that the field accepts. It drops the rest without a message."""
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
"""Example texts. Some are hard for these networks."""
_TRUE, _EXAMPLE = "true_class", "example"


def offer_texts(opened: Sequence[Opened]) -> None:
    """Buttons that fill the field with an example or a test text."""
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
            help="A text that the first network was not trained on, with its true class.",
        )


def typed_text() -> str:
    """The field's text, also before the field is drawn."""
    return str(st.session_state.get(KEY, st.query_params.get(KEY, EXAMPLES["Plain"])))


def ask_for_text() -> str:
    """The text field; the page runs again at each key."""
    text = text_field(
        "Headline",
        KEY,
        EXAMPLES["Plain"],
        help_text=f"The networks read the first {MOST_WORDS} words. The page says so when a text "
        "is cut.",
    )
    true = st.session_state.get(_TRUE)
    if true and true[0] == text:
        st.caption(f"A test text; its true class is **{plain(true[1])}**.")
    return text


def text_field(label: str, key: str, value: str, help_text: str) -> str:
    """A text field that runs the page at each key and whose text is in the URL.

    A very long text is cut, since a URL cannot hold it; a message says so.

    Args:
        value: the text where the URL does not name one.
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


def show_notes(texts: Iterable[EncodedText]) -> None:
    """What to say about a text that networks have read, each note once."""
    for note in dict.fromkeys(note for text in texts for note in text.notes):
        st.caption(f":material/info: {plain(note)}")


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
