"""Choices in the URL under the contract's own words, such as `corpus=ag_news`.

Streamlit's `bind="query-params"` writes what the menu shows, `corpus=AG+News`. That is right
for numbers; for choices that have a name and a label, these two functions keep the name.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar

import streamlit as st

_Name = TypeVar("_Name", bound=StrEnum)


def choices_from_url(key: str, allowed: Sequence[_Name]) -> list[_Name]:
    """The allowed values that a link names, repeated or with commas; others are dropped.

    Empty once the widget `key` has a value of its own.
    """
    if key in st.session_state:
        return []
    named = {word for value in st.query_params.get_all(key) for word in value.split(",")}
    return [value for value in allowed if value in named]


def choices_to_url(key: str, chosen: Sequence[str], default: Sequence[str]) -> None:
    """Write what was chosen, or nothing if it is what a link without it would give."""
    wanted = [] if list(chosen) == list(default) else [str(value) for value in chosen]
    if st.query_params.get_all(key) == wanted:
        return
    if wanted:
        st.query_params[key] = wanted
    else:
        st.query_params.pop(key, None)
