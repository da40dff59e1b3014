import math

import pytest

from rnndash.config.model_kind import ModelKind
from rnndash.figures.gradient_flow import describe_flow, draw_flow, flow_frame
from rnndash.inspection.flows import Through
from tests.figures.hover import hover_texts
from tests.figures.readings import WORDS, made_flow

NOTHING = flow_frame([], [], ())


def _frame(*flows, labels=None):
    return flow_frame(flows, labels or [flow.network.label for flow in flows], WORDS)


def test_frame_goes_from_the_last_state_back():
    frame = _frame(made_flow())
    assert frame["distance"].tolist() == [0, 1, 2]
    assert frame["norm"].tolist() == [1.0, 0.5, 0.25]
    assert frame["word"].tolist() == ["oil", "<b>&", "oil"]


def test_backward_direction_ends_at_the_first_word():
    frame = _frame(made_flow(norms=(1.0, 0.5, 0.25), is_backward=True))
    assert frame["norm"].tolist() == [1.0, 0.5, 0.25]


def test_both_directions_of_a_network_have_a_line_each_and_another_marker():
    flows = (made_flow(), made_flow(norms=(1.0, 0.5, 0.25), is_backward=True))
    frame = _frame(*flows, labels=["RNN, forward", "RNN, backward"])
    forward, backward = draw_flow(frame, Through.RECURRENCE).data
    assert (forward.name, backward.name) == ("RNN, forward", "RNN, backward")
    assert backward.marker.symbol == f"{forward.marker.symbol}-open"
    assert forward.line.color != backward.line.color


@pytest.mark.parametrize("norm", [0.0, math.inf, math.nan])
def test_norm_that_has_no_place_on_a_logarithmic_axis_is_missing(norm):
    assert math.isnan(_frame(made_flow(norms=(norm, 0.5, 1.0)))["norm"].iloc[-1])


@pytest.mark.parametrize("is_dark", [False, True])
def test_each_network_has_its_line(is_dark):
    frame = _frame(made_flow(), made_flow(ModelKind.LSTM, cells=(1.0, 2.0, 3.0)))
    figure = draw_flow(frame, Through.RECURRENCE, is_dark=is_dark)
    assert [line.name for line in figure.data] == ["Simple RNN", "LSTM"]
    assert list(figure.data[0].y) == [1.0, 0.5, 0.25]


def test_cell_states_are_drawn_where_asked_for_and_there():
    frame = _frame(made_flow(), made_flow(ModelKind.LSTM, cells=(1.0, 2.0, 3.0)))
    figure = draw_flow(frame, Through.RECURRENCE, with_cells=True)
    assert [line.name for line in figure.data] == ["Simple RNN", "LSTM", "LSTM, cell state"]
    assert list(figure.data[2].y) == [3.0, 2.0, 1.0]


def test_two_networks_of_a_kind_have_two_shades():
    figure = draw_flow(_frame(made_flow(), made_flow(), labels=["a", "b"]), Through.ANSWER)
    assert figure.data[0].line.color != figure.data[1].line.color


def test_label_is_no_tag():
    figure = draw_flow(_frame(made_flow(), labels=["<b>a"]), Through.ANSWER)
    assert figure.data[0].name == "&lt;b>a"


@pytest.mark.parametrize(
    ("through", "title"),
    [
        (Through.RECURRENCE, "Size of ∂h_T/∂h_t (1 = last state)"),
        (Through.ANSWER, "Size of the gradient of the class' score"),
    ],
)
def test_axis_is_logarithmic_and_says_what_it_measures(through, title):
    axis = draw_flow(_frame(made_flow()), through).layout.yaxis
    assert (axis.type, axis.title.text) == ("log", title)


def test_figure_without_text_says_what_is_missing():
    figure = draw_flow(NOTHING, Through.RECURRENCE)
    assert figure.layout.annotations[0].text.startswith("No gradient yet")


def test_flow_in_words_has_both_ends_of_each_network():
    frame = _frame(made_flow(), made_flow(ModelKind.GRU, (0.0, 0.5, 1.0)))
    assert describe_flow(frame, Through.RECURRENCE) == (
        "Size of ∂h_T/∂h_t (1 = last state): Simple RNN from 1 at the last state to 0.25 2 steps "
        "before it; GRU from 1 at the last state to 0 or no number 2 steps before it."
    )


def test_flow_without_text_says_so():
    assert describe_flow(NOTHING, Through.ANSWER).endswith(": no text yet.")


@pytest.mark.parametrize("through", Through)
def test_each_way_explains_itself(through):
    assert through.explanation.endswith(".")


def test_line_goes_from_the_last_state_back_and_reads_out_its_word():
    frame = flow_frame([made_flow()], ["RNN"], ("oil", "<b>&", "up"))
    (line,) = draw_flow(frame, Through.RECURRENCE).data
    assert (list(line.x), list(line.y)) == ([0, 1, 2], [1.0, 0.5, 0.25])
    assert hover_texts(line) == [
        "1.00e+0 after “up”",
        "5.00e−1 after “<b>&”",
        "2.50e−1 after “oil”",
    ]


def test_cell_states_are_thin_lines_without_marks_that_read_out_their_own_norms():
    frame = _frame(made_flow(ModelKind.LSTM, cells=(1.0, 2.0, 3.0)))
    hidden, cells = draw_flow(frame, Through.RECURRENCE, with_cells=True).data
    assert (hidden.mode, cells.mode) == ("lines+markers", "lines")
    assert hidden.line.width > cells.line.width
    assert hover_texts(cells)[0] == "3.00e+0 after “oil”"


def test_cell_states_are_left_out_unless_asked_for():
    frame = _frame(made_flow(ModelKind.LSTM, cells=(1.0, 2.0, 3.0)))
    assert len(draw_flow(frame, Through.RECURRENCE).data) == 1


@pytest.mark.parametrize("is_dark", [False, True])
def test_lines_have_the_look_of_their_kind(is_dark):
    frame = _frame(made_flow(), made_flow(ModelKind.LSTM))
    for kind, line in zip(
        (ModelKind.RNN, ModelKind.LSTM),
        draw_flow(frame, Through.RECURRENCE, is_dark=is_dark).data,
        strict=True,
    ):
        assert line.line.color == (kind.style.dark if is_dark else kind.style.light)
        assert (line.line.dash, line.marker.symbol) == (kind.style.dash, kind.style.marker)


def test_x_axis_counts_steps_back_from_zero():
    axis = draw_flow(_frame(made_flow()), Through.ANSWER).layout.xaxis
    assert (axis.title.text, axis.rangemode) == ("Steps before the last state", "tozero")
