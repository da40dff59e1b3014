"""Common mistakes with padded and packed sequences, and the correct code."""

import streamlit as st

from rnndash.packing.wrong_turns import Attempt, WrongTurn, wrong_turns


def show_wrong_turns() -> None:
    """A panel for each mistake: what goes wrong, and the right way beside it."""
    st.markdown(
        "This server's PyTorch really ran the code of every panel. You see its outputs and errors."
    )
    for number, turn in enumerate(_turns(), start=1):
        with st.expander(f"**{number}. {turn.title}**", expanded=number == 1, key=turn.key):
            st.markdown(turn.lesson)
            wrong, right = st.columns(2)
            with wrong:
                st.markdown(":red[**:material/close: Goes wrong**]")
                _attempt(turn.wrong)
            with right:
                st.markdown(":green[**:material/check: The right way**]")
                _attempt(turn.right)


@st.cache_resource(show_spinner=False)
def _turns() -> tuple[WrongTurn, ...]:
    return wrong_turns()


def _attempt(attempt: Attempt) -> None:
    st.code(attempt.code, wrap_lines=True)
    st.caption("raises" if attempt.is_error else "prints")
    st.code(attempt.output, language=None, wrap_lines=True)
