"""The hidden states while a network reads: all units at once, one unit, a stretch of words."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from rnndash.figures.hidden_states import describe_states, draw_states, states_grid
from rnndash.figures.letters import LETTER_NAMES
from rnndash.figures.unit_course import course_frame, describe_course, draw_course
from rnndash.inspection.traces import DirectionStates, TextTrace
from rnndash.inspection.units import (
    UnitOrder,
    active_units,
    default_threshold,
    reaches_answer,
    unit_order,
)
from rnndash.ui.growing_chart import show_growing_chart
from rnndash.ui.inside.parts import choose_direction, choose_stretch, choose_unit
from rnndash.ui.legend import is_dark
from rnndash.ui.url_state import choice, choices_to_url, menu, set_dependent_value

_MOST_UNITS = 128
_THRESHOLD = "threshold"


def show_states(trace: TextTrace) -> None:
    """The heat-map of all units, in an order to choose, then one unit over the words."""
    states = choose_direction(trace)
    letter_column, class_column = st.columns(2)
    letters = [letter for letter in states.letters if letter in ("h", "c")]
    with letter_column:
        letter = menu("states", "States", letters, letters[0], dict(LETTER_NAMES))
    names = list(trace.network.class_names)
    with class_column:
        followed = menu(
            "class", "Class", names, names[trace.answer], {name: name for name in names}
        )
    by = choice("order_by", "Order of the units", list(UnitOrder), UnitOrder.EFFECT)
    order = unit_order(trace, states, by, names.index(followed))
    st.caption(_explain(by, trace, states))
    stretch = choose_stretch(trace.text.shown)
    grid = states_grid(states, order[:_MOST_UNITS], letter)
    show_growing_chart(
        draw_states(
            grid,
            trace.text.shown,
            letter=letter,
            is_unknown=trace.text.is_unknown,
            stretch=stretch,
            is_dark=is_dark(),
        ),
        key="states_map",
        alt=describe_states(grid, trace.text.shown, letter=letter),
        has_buttons=False,
    )
    if len(order) > _MOST_UNITS:
        st.caption(f"The first {_MOST_UNITS} of {len(order)} units.")
    if stretch is not None:
        _active(states, stretch, letter)
    _course(states, trace, order)


def _explain(by: UnitOrder, trace: TextTrace, states: DirectionStates) -> str:
    if by is UnitOrder.EFFECT and not reaches_answer(trace, states):
        return "Only the top layer reaches the answer directly, so this layer is ordered by range."
    return by.explanation


def _active(states: DirectionStates, stretch: tuple[int, int], letter: str) -> None:
    sizes = np.abs(states.part(letter))
    largest = max(float(sizes.max()), 0.01)
    default = min(largest, default_threshold(states, letter))
    set_dependent_value(
        _THRESHOLD, (letter, largest), default, lambda link: _read_size(link, largest)
    )
    threshold = st.slider(
        "Threshold",
        0.0,
        largest,
        step=largest / 200,
        key=_THRESHOLD,
        format="%.3f",
        width=360,
        help="A unit is active at a word where the size of its state is at least this. At first it "
        "is the size that a quarter of all states of this text exceed.",
    )
    choices_to_url(_THRESHOLD, [f"{threshold:.4f}"], [f"{default:.4f}"])
    units = active_units(states, *stretch, threshold, letter)
    first, last = stretch[0] + 1, stretch[1]
    where = f"word {first}" if first == last else f"words {first} to {last}"
    if len(units) == 0:
        st.markdown(f"No unit is active throughout {where} and quiet just outside.")
    else:
        st.markdown(
            f"**Active throughout {where} and quiet just outside:** units "
            + ", ".join(map(str, units.tolist()))
            + "."
        )


def _read_size(link: str, largest: float) -> float | None:
    """From `0.25`, if it is on the slider."""
    try:
        size = float(link)
    except ValueError:
        return None
    return size if 0 <= size <= largest else None


def _course(states: DirectionStates, trace: TextTrace, order: NDArray[np.int64]) -> None:
    st.subheader("One unit")
    unit = choose_unit(order.tolist())
    text = trace.text
    frame = course_frame(states, text.shown, unit)
    show_growing_chart(
        draw_course(frame, text.shown, unit, is_unknown=text.is_unknown, is_dark=is_dark()),
        key="course",
        alt=describe_course(frame, unit),
        has_buttons=False,
    )
