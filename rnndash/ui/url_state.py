"""Choices in the URL under stable names, such as `corpus=ag_news`.

Streamlit's `bind="query-params"` writes what the menu shows, `corpus=AG+News`. That is right for
numbers. For choices that have both a name and a label, the functions here write the name.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

import streamlit as st

WRITTEN = "url_written"
"""Session key of what was last written into the URL for each choice, and when."""
ON_ITS_WAY_S = 1.0
_MOST_DIGITS = 15
"""Of a number in a link: Python refuses to read a number of some thousand digits."""
_Name = TypeVar("_Name", bound=StrEnum)
_Value = TypeVar("_Value")


def whole_number(word: str) -> int | None:
    """The number that a link writes in digits, `30`; None for anything else, also `3_0` and `+30`.

    Python's own `int` would take these too.
    """
    is_number = word.isascii() and word.isdecimal() and len(word) <= _MOST_DIGITS
    return int(word) if is_number else None


def keep_whole_numbers(*keys: str) -> None:
    """Remove from a link what is no whole number, before the widgets of these keys read it.

    Streamlit would take `3_0` as 30. It reads the link at the start of a run, so the page runs
    again.
    """
    odd = [
        key for key in keys if key in st.query_params and whole_number(st.query_params[key]) is None
    ]
    for key in odd:
        st.query_params.pop(key)
    if odd:
        st.rerun()


def choices_from_url(key: str, allowed: Sequence[_Name]) -> list[_Name]:
    """The allowed values that a link names; others are dropped.

    A link may repeat the parameter or separate values by commas. The list is empty once the widget
    `key` has a value.
    """
    if key in st.session_state:
        return []
    named = {word for value in st.query_params.get_all(key) for word in value.split(",")}
    return [value for value in allowed if value in named]


def choices_to_url(key: str, chosen: Sequence[str], default: Sequence[str]) -> None:
    """Write what was chosen into the URL; write nothing for the default."""
    wanted = [] if list(chosen) == list(default) else [str(value) for value in chosen]
    is_there = st.query_params.get_all(key) == wanted
    written = st.session_state.setdefault(WRITTEN, {})
    if not is_there or key not in written or written[key][0] != wanted:
        written[key] = (wanted, 0.0 if is_there else time.monotonic())
    if is_there:
        return
    if wanted:
        st.query_params[key] = wanted
    else:
        st.query_params.pop(key, None)


def went_back(key: str) -> bool:
    """Whether the visitor used the browser's Back or Forward button.

    The URL then differs from what was last written. It also differs for a moment after a write,
    until the browser has received it, so a little time must have passed.
    """
    words, when = st.session_state.get(WRITTEN, {}).get(key, (None, 0.0))
    is_another = words is not None and st.query_params.get_all(key) != words
    return is_another and time.monotonic() - when > ON_ITS_WAY_S


def set_dependent_value(
    key: str, owner: object, default: _Value, read: Callable[[str], _Value | None]
) -> None:
    """Set the value of a widget whose possible values depend on something else.

    Call it before the widget is drawn. The value stays as long as `owner` stays the same. A new
    `owner` resets it to the default. A link that opens the page sets the value that it names.

    Args:
        owner: what the possible values depend on.
        read: turns a link's word into a value; None if the word is not valid.
    """
    owned = f"{key}_of"
    is_new = key not in st.session_state
    if not is_new and st.session_state.get(owned) == owner:
        return
    linked = read(st.query_params.get(key, "")) if is_new else None
    st.session_state[owned] = owner
    st.session_state[key] = default if linked is None else linked


def current_choice(key: str, options: Sequence[_Name], default: _Name) -> _Name:
    """What `choice` will most likely return, before it is drawn."""
    chosen = st.session_state.get(key)
    known = [option for option in options if option == chosen]
    return next(iter(known or choices_from_url(key, options)), default)


def choice(key: str, label: str, options: Sequence[_Name], default: _Name) -> _Name:
    """A row of buttons of which one is selected; the URL holds its name."""
    if went_back(key):
        st.session_state.pop(key, None)
        st.session_state[key] = next(iter(choices_from_url(key, options)), default)
    for named in choices_from_url(key, options)[:1]:
        st.session_state[key] = named
    chosen = st.segmented_control(
        label,
        options,
        default=default,
        required=True,
        format_func=lambda option: getattr(option, "label", str(option)),
        key=key,
        persist_state="session",
        wrap=True,
    )
    pressed = chosen or default
    choices_to_url(key, [pressed], [default])
    return pressed


def menu(
    key: str,
    label: str,
    options: Sequence[str],
    default: str,
    labels: Mapping[str, str],
    help_text: str | None = None,
    on_change: Callable[[], None] | None = None,
) -> str:
    """A menu whose choice is in the URL; a link to an option that is gone gives the default.

    Args:
        options: the names in the URL.
        labels: what the menu shows for each name.
        on_change: called after another choice, before the page runs again.
    """
    untouched = st.session_state.get(key) == st.session_state.get(f"{key}_default")
    st.session_state[f"{key}_default"] = default
    if key not in st.session_state or went_back(key):
        st.session_state[key] = st.query_params.get(key)
    elif untouched:  # nothing chosen yet: follow the default when it changes
        st.session_state[key] = default
    if st.session_state[key] not in options:
        st.session_state[key] = default
    chosen = st.selectbox(
        label,
        options,
        format_func=lambda option: labels[option],
        key=key,
        persist_state="session",
        on_change=on_change or "rerun",
        help=help_text,
    )
    choices_to_url(key, [chosen], [default])
    return chosen


def number_menu(
    key: str,
    label: str,
    numbers: Sequence[float],
    default: int,
    help_text: str | None = None,
) -> int:
    """A menu of whole numbers whose choice is in the URL."""
    options = [int(number) for number in numbers]
    if key not in st.session_state:
        named = [number for number in options if str(number) == st.query_params.get(key)]
        st.session_state[key] = named[0] if named else default
    if st.session_state[key] not in options:
        st.session_state[key] = default
    chosen: int = st.selectbox(label, options, key=key, persist_state="session", help=help_text)
    choices_to_url(key, [str(chosen)], [str(default)])
    return chosen


def toggle(
    key: str, label: str, help_text: str, *, value: bool = False, disabled: bool = False
) -> bool:
    """A switch whose state is in the URL.

    Args:
        value: its state where the URL does not name it.
    """
    return st.toggle(label, value, key=key, bind="query-params", help=help_text, disabled=disabled)
