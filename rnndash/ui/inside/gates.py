"""The gates over the words, and one step of one unit with its real numbers."""

import streamlit as st

from rnndash.figures.gates import describe_gates, draw_gates, gates_frame
from rnndash.inspection.network import Network
from rnndash.inspection.step_formula import contribution_line, formula_lines, input_meaning
from rnndash.inspection.step_numbers import step_numbers
from rnndash.inspection.steps import StepNumbers
from rnndash.inspection.traces import DirectionStates, TextTrace
from rnndash.inspection.units import UnitOrder, unit_order
from rnndash.ui.growing_chart import show_growing_chart
from rnndash.ui.inside.parts import choose_direction, choose_unit, choose_unit_or_mean, choose_word
from rnndash.ui.legend import is_dark
from rnndash.ui.wording import plain


def show_gates(network: Network, trace: TextTrace) -> None:
    """Gates of a unit or of all, then the formula of the cell at one word."""
    states = choose_direction(trace)
    order = unit_order(trace, states, UnitOrder.EFFECT, trace.answer).tolist()
    if states.gates:
        unit = choose_unit_or_mean(order, "gates_of")
        frame = gates_frame(states, trace.text.shown, unit)
        show_growing_chart(
            draw_gates(
                frame, trace.text.shown, is_unknown=trace.text.is_unknown, is_dark=is_dark()
            ),
            key="gates",
            alt=describe_gates(frame, unit),
            has_buttons=False,
        )
        if unit is None:
            st.caption("The candidate has both signs, so a mean hides it: choose a unit to see it.")
    else:
        st.info(
            "The simple RNN has no gates: its new state replaces the old one at every word. You "
            "see its step below. Choose an LSTM or GRU to see gates.",
            icon=":material/info:",
        )
    _step(network, trace, states, order)


def _step(network: Network, trace: TextTrace, states: DirectionStates, order: list[int]) -> None:
    st.subheader("One step, with its numbers")
    word_column, unit_column = st.columns(2)
    with word_column:
        position = choose_word(trace.text.shown)
    with unit_column:
        unit = choose_unit(order)
    step = step_numbers(
        network,
        trace,
        position=position,
        unit=unit,
        layer=states.layer,
        is_backward=states.is_backward,
    )
    st.caption(f"{plain(input_meaning(step))} [u] is unit u, counted from 0. Rounded to 3 digits.")
    lines = formula_lines(step)
    for first in range(0, len(lines), 2):
        for column, line in zip(st.columns(2), lines[first : first + 2], strict=False):
            with column.container(border=True, gap="small"):
                st.markdown(f"**{line.name}**")
                st.latex(line.symbols)
                st.latex(line.aligned_numbers)
    _largest(step)


def _largest(step: StepNumbers) -> None:
    """Which inputs and which earlier states weigh most in each sum."""
    with st.expander("The largest products in each sum", icon=":material/list:"):
        for each in step.sums:
            st.markdown(f"**{each.letter}**")
            for part in each.largest:
                st.latex(contribution_line(step, each, part))
