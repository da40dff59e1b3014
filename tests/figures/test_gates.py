import pytest

from rnndash.figures.gates import describe_gates, draw_gates, gates_frame
from tests.figures.hover import hover_texts
from tests.figures.readings import WORDS, made_states

each_page = pytest.mark.parametrize("is_dark", [False, True])


def test_gates_of_a_unit_are_its_own():
    frame = gates_frame(made_states(), WORDS, unit=1)
    assert frame[frame["letter"] == "f"]["value"].tolist() == pytest.approx([0.1, 0.2, 0.45])


def test_mean_of_all_units_leaves_the_candidate_out():
    frame = gates_frame(made_states(), WORDS)
    assert set(frame["letter"]) == {"i", "f", "o"}
    assert frame[frame["letter"] == "i"]["value"].tolist() == pytest.approx([0.15, 0.35, 0.7])


@pytest.mark.parametrize(("gates", "lowest"), [("ifo", -0.03), ("ifgo", -1.03), ("rzn", -1.03)])
def test_axis_of_gates_reaches_below_zero_only_for_a_candidate(gates, lowest):
    frame = gates_frame(made_states(gates=gates), WORDS, unit=0)
    assert draw_gates(frame, WORDS).layout.yaxis.range == (lowest, 1.03)


@each_page
def test_gates_have_a_line_each(is_dark):
    frame = gates_frame(made_states(gates="rzn"), WORDS, unit=0)
    names = [line.name for line in draw_gates(frame, WORDS, is_dark=is_dark).data]
    assert names == ["reset gate r", "update gate z", "candidate n"]


@pytest.mark.parametrize(
    ("words", "why"), [(WORDS, "The simple RNN has no gates."), ((), "No gates yet: type a text.")]
)
def test_figure_without_gates_says_why(words, why):
    frame = gates_frame(made_states(gates=""), WORDS)
    assert draw_gates(frame, words).layout.annotations[0].text == why


def test_gates_in_words_have_their_extremes():
    frame = gates_frame(made_states(gates="f"), WORDS)
    assert describe_gates(frame) == (
        "Gates on the average of all units over the text: forget gate f from 0.15 at “oil” to "
        "0.70 at “oil”."
    )


def test_lines_of_gates_are_the_gates_at_the_words():
    lines = draw_gates(gates_frame(made_states(), WORDS, unit=1), WORDS).data
    # |h| of the unit, over 1, 2, 3 and 4.
    assert {line.name: hover_texts(line) for line in lines} == {
        "input gate i": ["0.200", "0.400", "0.900"],
        "forget gate f": ["0.100", "0.200", "0.450"],
        "candidate g": ["0.067", "0.133", "0.300"],
        "output gate o": ["0.050", "0.100", "0.225"],
    }


def test_gates_axis_says_what_the_numbers_mean():
    layout = draw_gates(gates_frame(made_states(), WORDS), WORDS).layout
    assert layout.yaxis.title.text == "Gate (0 closed, 1 open)"
    assert layout.xaxis.title.text == "Words of the text, in order"


def test_gates_of_a_unit_are_described_as_its_own():
    frame = gates_frame(made_states(gates="f"), WORDS, unit=1)
    assert describe_gates(frame, 1) == (
        "Gates of unit 1 over the text: forget gate f from 0.20 at “oil” to 0.90 at “oil”."
    )
    assert describe_gates(frame.head(0), 1) == "Gates of unit 1 over the text: none."
