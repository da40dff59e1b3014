import pytest

from rnndash.config.model_kind import ModelKind
from rnndash.figures.memory_task import (
    COLUMNS,
    describe_gradients,
    describe_memory,
    draw_gradients,
    draw_memory,
    memory_frame,
)
from rnndash.memory_task.outcomes import Tried, record_of
from rnndash.memory_task.settings import MemoryModel, MemoryTask
from tests.figures.hover import hover_texts

LENGTHS = (2, 80)
TASK = MemoryTask(lengths=LENGTHS, models=tuple(MemoryModel), steps=100)


def _network(model, length, accuracy, before, after=None):
    begin = Tried(model=model, length=length, step=0, accuracy=0.25, gradient=before)
    end = Tried(
        model=model, length=length, step=50, accuracy=accuracy, is_last=True, gradient=after
    )
    return [begin, end]


@pytest.fixture
def frame():
    return memory_frame(
        record_of(
            TASK,
            [
                *_network("rnn", 2, 1.0, 0.5, 1.0),
                *_network("lstm", 2, 0.995, 0.5),
                *_network("rnn", 80, 0.26, 5e-23),
                Tried(model="open_lstm", length=80, step=25, accuracy=0.5),
            ],
        )
    )


@pytest.fixture
def empty():
    return memory_frame(record_of(TASK, []))


def test_frame_has_a_row_for_each_network_in_the_order_of_training(frame):
    assert list(frame.columns) == COLUMNS
    rows = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    assert rows == [
        ["rnn", 2, 1.0, 50, True, 0.5, 1.0],
        ["lstm", 2, 0.995, 50, True, 0.5, None],
        ["rnn", 80, 0.26, 50, True, 5e-23, None],
        ["open_lstm", 80, 0.5, 25, False, None, None],
    ]


def test_accuracy_is_drawn_over_length_a_line_for_each_model(frame):
    figure = draw_memory(frame, LENGTHS)
    assert [(trace.name, list(trace.x), list(trace.y)) for trace in figure.data] == [
        ("Simple RNN", [2, 80], [1.0, 0.26]),
        ("LSTM, as PyTorch starts it", [2], [0.995]),
        ("LSTM, forget gate open", [80], [0.5]),
    ]


def test_level_of_guessing_is_drawn_and_named(frame):
    figure = draw_memory(frame, LENGTHS)
    assert [shape.y0 for shape in figure.layout.shapes] == [0.25]
    assert [note.text for note in figure.layout.annotations] == ["guessing: 25%"]


@pytest.mark.parametrize("draw", [draw_memory, draw_gradients])
def test_axis_has_all_lengths_from_the_start(draw, empty):
    axis = draw(empty, LENGTHS).layout.xaxis
    assert (axis.type, axis.tickvals, axis.title.text) == ("log", LENGTHS, "Words in a sequence")
    assert axis.range[0] < 0.301 < 1.904 < axis.range[1]


def test_gradient_before_training_is_drawn_on_a_logarithmic_axis(frame):
    figure = draw_gradients(frame, LENGTHS)
    assert figure.layout.yaxis.type == "log"
    assert list(figure.data[0].y) == [0.5, 5e-23]
    assert figure.layout.yaxis.dtick == 4


@pytest.mark.parametrize(
    ("draw", "missing"),
    [
        (draw_memory, "No network has been trained with these settings yet."),
        (draw_gradients, "Measured on each network before its first step."),
    ],
)
def test_figure_without_networks_says_what_is_missing(draw, missing, empty):
    figure = draw(empty, LENGTHS)
    assert figure.data == ()
    assert missing in [note.text for note in figure.layout.annotations]


@pytest.mark.parametrize("is_dark", [False, True])
@pytest.mark.parametrize("draw", [draw_memory, draw_gradients])
def test_models_look_as_everywhere_and_both_lstms_differ(draw, is_dark):
    tries = [tried for model in MemoryModel for tried in _network(model, 2, 1.0, 0.5)]
    traces = draw(memory_frame(record_of(TASK, tries)), LENGTHS, is_dark=is_dark).data
    looks = [(trace.line.color, trace.line.dash, trace.marker.symbol) for trace in traces]
    usual = [
        (style.colour(is_dark=is_dark), style.dash, style.marker)
        for style in (kind.style for kind in (ModelKind.RNN, ModelKind.LSTM, ModelKind.GRU))
    ]
    assert [looks[0], looks[2], looks[3]] == usual
    assert all(len(set(parts)) == 4 for parts in zip(*looks, strict=True))


def test_description_names_each_model_with_its_accuracies(frame):
    assert describe_memory(frame) == (
        "Held-out accuracy by length, 25% being chance. Simple RNN: 100% at 2, 26% at 80; "
        "LSTM, as PyTorch starts it: 100% at 2; LSTM, forget gate open: 50% at 80."
    )


def test_description_of_gradients_names_the_longest_that_were_measured(frame):
    assert describe_gradients(frame) == (
        "Gradient at the first word over that at the last, untrained: Simple RNN 5.0e-23 at "
        "length 80; LSTM, as PyTorch starts it 5.0e-01 at length 2."
    )


def test_descriptions_of_nothing_say_so(empty):
    assert describe_memory(empty).endswith("no network has been trained with these settings yet.")
    assert describe_gradients(empty).endswith("nothing measured yet.")


def test_hover_reads_out_accuracy_and_steps(frame):
    rnn, lstm, opened = draw_memory(frame, LENGTHS).data
    assert hover_texts(rnn) == ["100.0% after 50 steps", "26.0% after 50 steps"]
    assert hover_texts(lstm) == ["99.5% after 50 steps"]
    assert hover_texts(opened) == ["50.0% after 25 steps"]


def test_hover_reads_out_the_gradient_before_training(frame):
    rnn = draw_gradients(frame, LENGTHS).data[0]
    assert (list(rnn.x), hover_texts(rnn)) == ([2, 80], ["5.0e−1", "5.0e−23"])


def test_axes_say_what_they_measure(frame):
    memory, gradients = draw_memory(frame, LENGTHS).layout, draw_gradients(frame, LENGTHS).layout
    assert memory.yaxis.title.text == "Held-out accuracy"
    assert (memory.yaxis.range, memory.yaxis.tickformat) == ((0, 1), ".0%")
    assert gradients.yaxis.title.text == "Gradient at first word / at last word"
    for layout in (memory, gradients):
        assert layout.xaxis.ticktext == ("2", "80")
        assert layout.xaxis.range == pytest.approx((0.301 - 0.06, 1.903 + 0.06), abs=1e-3)
        assert layout.uirevision == "2-80"


@pytest.mark.parametrize(
    ("gradient", "every"),
    [(0.5, 1), (1e-6, 1), (9e-7, 2), (1e-12, 2), (9e-13, 3)],
)
def test_gradients_are_marked_at_about_six_powers_of_ten(gradient, every):
    frame = memory_frame(record_of(TASK, _network("rnn", 2, 1.0, gradient)))
    assert draw_gradients(frame, LENGTHS).layout.yaxis.dtick == every


def test_axis_of_gradients_that_are_not_measured_is_still_there(empty):
    assert draw_gradients(empty, LENGTHS).layout.yaxis.range == (-20, 1)
