import pytest

from rnndash.figures.unit_course import course_frame, describe_course, draw_course
from tests.figures.hover import hover_texts
from tests.figures.readings import WORDS, made_states

each_page = pytest.mark.parametrize("is_dark", [False, True])


def test_course_holds_the_states_of_the_unit():
    frame = course_frame(made_states(), WORDS, 1)
    assert frame["letter"].tolist() == ["h"] * 3 + ["c"] * 3
    assert frame["value"].tolist() == pytest.approx([-0.2, -0.4, -0.9, -0.4, -0.8, -1.8])
    assert frame["word"].tolist() == list(WORDS) * 2


def test_course_of_a_cell_without_cell_state_has_the_hidden_state_alone():
    frame = course_frame(made_states(with_cell=False), WORDS, 0)
    assert set(frame["letter"]) == {"h"}


@each_page
def test_course_has_a_line_for_each_letter(is_dark):
    figure = draw_course(course_frame(made_states(), WORDS, 0), WORDS, 0, is_dark=is_dark)
    assert [line.name for line in figure.data] == ["hidden state h", "cell state c"]
    assert list(figure.data[1].y) == pytest.approx([0.2, 0.6, 1.0])


def test_course_names_its_unit():
    figure = draw_course(course_frame(made_states(), WORDS, 1), WORDS, 1)
    assert figure.layout.yaxis.title.text == "State of unit 1 (no unit of measure)"


def test_course_in_words_has_its_extremes():
    assert describe_course(course_frame(made_states(with_cell=False), WORDS, 0), 0) == (
        "Unit 0 over the text: hidden state h from 0.10 at “oil” to 0.50 at “oil”."
    )


def test_course_without_words_says_what_is_missing():
    frame = course_frame(made_states(), (), 0)
    assert draw_course(frame, (), 0).layout.annotations[0].text.startswith("No states yet")
    assert describe_course(frame, 0) == "Unit 0 over the text: no states yet."


def test_lines_of_a_unit_are_its_states_at_the_words():
    hidden, cell = draw_course(course_frame(made_states(), WORDS, 1), WORDS, 1).data
    assert (list(hidden.x), list(cell.x)) == ([0, 1, 2], [0, 1, 2])
    assert list(hidden.y) == pytest.approx([-0.2, -0.4, -0.9])
    assert hover_texts(hidden) == ["−0.200", "−0.400", "−0.900"]
    assert hover_texts(cell) == ["−0.400", "−0.800", "−1.800"]
