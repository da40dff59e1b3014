"""How the answer changes when the text does."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import assert_never

import pandas as pd
import streamlit as st

from rnndash.config.complete import complete
from rnndash.figures.left_out import changes_frame, describe_changes, draw_changes
from rnndash.inspection.encoded_text import EncodedText, TokenizedText, shown_word
from rnndash.inspection.network import Network
from rnndash.inspection.tokenizing import tokenize_text
from rnndash.inspection.variants import Alternatives, Edit, Fate
from rnndash.inspection.what_if import (
    compare_edit,
    leave_one_out,
    move_negation,
    swap_neighbours,
    swap_words,
)
from rnndash.ui.growing_chart import show_growing_chart
from rnndash.ui.legend import is_dark
from rnndash.ui.networks import Opened, choose_one
from rnndash.ui.typed_text import text_field
from rnndash.ui.url_state import choice, menu
from rnndash.ui.wording import percent, plain


class Change(StrEnum):
    """What is done to the text."""

    EDIT = "edit"
    LEAVE_OUT = "leave_out"
    SWAP = "swap"
    SWAP_TWO = "swap_two"
    NEGATION = "negation"

    @property
    def label(self) -> str:
        """The name in the menu."""
        return _LABELS[self]


_EDITED, _EDITED_OF = "edited", "edited_of"
_LABELS = complete(
    Change,
    {
        Change.EDIT: "Edit it",
        Change.LEAVE_OUT: "Leave one word out",
        Change.SWAP: "Swap neighbours",
        Change.SWAP_TWO: "Swap two words",
        Change.NEGATION: "Move the negation",
    },
)


def show_what_if(opened: Sequence[Opened], text: str, words: TokenizedText) -> None:
    """Choose a change; see how the answer changes."""
    change = choice("change", "Change", list(Change), Change.EDIT)
    match change:
        case Change.EDIT:
            _edit(opened, text, words)
        case Change.SWAP_TWO:
            network = choose_one(opened).network
            _swap_two(network, network.encode(words))
        case Change.LEAVE_OUT:
            note = "Each word in turn is left out, and the network reads the text again."
            _ranked(opened, words, leave_one_out, note)
        case Change.SWAP:
            note = (
                "The words stay, but their order changes. A network that only counted words would "
                "not change its answer."
            )
            _ranked(opened, words, swap_neighbours, note)
        case Change.NEGATION:
            note = "The negation is moved to every other place in the text."
            _ranked(opened, words, move_negation, note)
        case _:
            assert_never(change)


def _ranked(
    opened: Sequence[Opened],
    words: TokenizedText,
    analyse: Callable[[Network, EncodedText], Alternatives],
    note: str,
) -> None:
    """All variants of the text, the one that changes the answer most first."""
    network = choose_one(opened).network
    alternatives = analyse(network, network.encode(words))
    frame = changes_frame(alternatives)
    answer = network.info.class_names[alternatives.answer]
    show_growing_chart(
        draw_changes(frame, answer, is_dark=is_dark()),
        key="changes",
        alt=describe_changes(frame, answer),
        has_buttons=False,
    )
    turned = int(alternatives.is_turned.sum())
    st.caption(f"{note} {turned} of {len(frame)} changes turn the answer (hatched bars).")


def _edit(opened: Sequence[Opened], text: str, words: TokenizedText) -> None:
    """A second field that starts with the text; both answers side by side."""
    _follow(text)
    edited = text_field("Edited", _EDITED, "", "The first text stays above; change this one.")
    if not edited.strip():
        st.info("Type the edited text.", icon=":material/info:")
        return
    edited_words = tokenize_text(edited)
    edits = [
        compare_edit(each.network, each.network.encode(words), each.network.encode(edited_words))
        for each in opened
    ]
    st.markdown(edit_markdown(edits[0]))
    st.dataframe(
        pd.DataFrame([edit_row(edit) for edit in edits]),
        key="edits",
        hide_index=True,
        alt="Each network's answer before and after the edit",
    )


def _follow(text: str) -> None:
    """Until it is edited, the second text is the same as the first."""
    is_linked = _EDITED not in st.session_state and _EDITED in st.query_params
    is_untouched = st.session_state.get(_EDITED) == st.session_state.get(_EDITED_OF)
    if is_untouched and not is_linked:
        st.session_state[_EDITED] = text
    st.session_state[_EDITED_OF] = text


def edit_markdown(edit: Edit) -> str:
    """Both texts in one line: words taken out struck through, words put in bold."""
    marks = complete(Fate, {Fate.KEPT: "", Fate.TAKEN_OUT: "~~", Fate.PUT_IN: "**"})
    parts = []
    for piece in edit.pieces:
        mark = marks[piece.fate]
        parts.append(f"{mark}{' '.join(plain(shown_word(token)) for token in piece.tokens)}{mark}")
    return " ".join(parts)


def edit_row(edit: Edit) -> dict[str, str]:
    """One network's row of the table."""
    before, after = edit.before, edit.after
    first = before.network.class_names.index(before.answer)
    return {
        "Network": before.network.label,
        "Before": f"{before.answer} {percent(before.confidence)}",
        "After": f"{after.answer} {percent(after.confidence)}",
        "Change of its first answer": f"{100 * float(edit.change[first]):+.1f} points",
    }


def _swap_two(network: Network, text: EncodedText) -> None:
    places = [str(place) for place in range(1, len(text) + 1)]
    labels = {place: f"{place}. {text.shown[int(place) - 1]}" for place in places}
    first_column, second_column = st.columns(2)
    with first_column:
        first = int(menu("first_word", "This word", places, places[0], labels))
    with second_column:
        second = int(menu("second_word", "with this one", places, places[-1], labels))
    alternatives = swap_words(network, text, first - 1, second - 1)
    names = network.info.class_names
    after = alternatives.after[0]
    swapped = text.picked(alternatives.variants[0].order)
    st.markdown(plain(" ".join(swapped.shown)))
    st.markdown(
        f"Before: **{plain(names[alternatives.answer])}** "
        f"{percent(float(alternatives.before.max()))}. Swapped: "
        f"**{plain(names[int(after.argmax())])}** {percent(float(after.max()))}."
    )
