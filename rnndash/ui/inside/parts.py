"""Menus for a part of a network: a layer and direction, a unit, a word."""

from collections.abc import Sequence

import streamlit as st

from rnndash.inspection.traces import DirectionStates, TextTrace
from rnndash.ui.url_state import choices_to_url, menu, set_dependent_value

_MEAN = "mean"
_STRETCH = "stretch"
_LONGEST_LINK = 20
"""Python refuses to read a number of some thousand digits."""


def choose_direction(trace: TextTrace) -> DirectionStates:
    """A layer and direction; asked for only where there is more than one."""
    names = {
        f"{states.layer}{'b' if states.is_backward else 'f'}": states for states in trace.directions
    }
    labels = {name: describe_direction(trace, states) for name, states in names.items()}
    last = [name for name in names if name.endswith("f")][-1]
    if len(names) == 1:
        return names[last]
    return names[menu("part", "Layer and direction", list(names), last, labels)]


def describe_direction(trace: TextTrace, states: DirectionStates) -> str:
    """`Layer 1 of 2, backward`."""
    described = f"Layer {states.layer + 1} of {trace.num_layers}"
    if not trace.is_bidirectional:
        return described
    return f"{described}, {'backward' if states.is_backward else 'forward'}"


def choose_unit(order: Sequence[int], key: str = "unit") -> int:
    """A unit; the first in the order is offered first."""
    options = [str(unit) for unit in order]
    return int(menu(key, "Unit", options, options[0], {unit: f"Unit {unit}" for unit in options}))


def choose_unit_or_mean(order: Sequence[int], key: str) -> int | None:
    """A unit, or None for the mean of all."""
    options = [_MEAN, *map(str, order)]
    labels = {unit: f"Unit {unit}" for unit in options} | {_MEAN: "Mean of all units"}
    chosen = menu(key, "Unit", options, _MEAN, labels)
    return None if chosen == _MEAN else int(chosen)


def choose_word(words: Sequence[str]) -> int:
    """The position of a word, from 0."""
    positions = [str(position) for position in range(1, len(words) + 1)]
    labels = {position: f"{position}. {words[int(position) - 1]}" for position in positions}
    return int(menu("at", "Word", positions, positions[-1], labels)) - 1


def choose_stretch(words: Sequence[str]) -> tuple[int, int] | None:
    """Neighbouring words, from and up to but not including; None while all are selected."""
    if len(words) < 2:
        return None
    whole = (1, len(words))
    set_dependent_value(_STRETCH, tuple(words), whole, lambda link: _read_stretch(link, len(words)))
    selected: tuple[int, int] = st.slider(  # type: ignore[assignment]
        "Stretch of words",
        1,
        len(words),
        key=_STRETCH,
        help="Select some words to list the units that are active there and not just outside.",
    )
    first, last = selected
    choices_to_url(_STRETCH, [f"{first}-{last}"], [f"1-{len(words)}"])
    return None if selected == whole else (first - 1, last)


def _read_stretch(link: str, words: int) -> tuple[int, int] | None:
    """From `3-5`, if there are such words."""
    first, _, last = link.partition("-")
    if len(link) > _LONGEST_LINK or not (first.isdecimal() and last.isdecimal()):
        return None
    return (int(first), int(last)) if 1 <= int(first) <= int(last) <= words else None
