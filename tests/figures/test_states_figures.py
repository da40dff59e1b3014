"""The heat-map of states, the course of one unit, and the gates."""

import re

import numpy as np
import pandas as pd
import pytest

from rnndash.errors import ConfigError
from rnndash.figures.gates import describe_gates, draw_gates, gates_frame
from rnndash.figures.hidden_states import SCALE, describe_states, draw_states, states_grid
from rnndash.figures.letters import CANDIDATES, LETTER_NAMES, LETTER_STYLES
from rnndash.figures.unit_course import course_frame, describe_course, draw_course
from tests.figures.hover import hover_text, hover_texts
from tests.figures.readings import WORDS, made_states

UNKNOWN = (False, True, False)
ORDER = np.array([1, 0])
each_page = pytest.mark.parametrize("is_dark", [False, True])


def _grid(letter="h"):
    return states_grid(made_states(), ORDER, letter)


def _empty_states():
    return states_grid(made_states(), np.array([], dtype=np.int64))


def test_grid_has_the_units_in_the_order_asked_for():
    grid = _grid()
    assert grid.index.tolist() == [1, 0]
    assert grid.loc[1].tolist() == pytest.approx([-0.2, -0.4, -0.9])


def test_grid_of_a_gate_holds_the_gate():
    assert _grid("f").loc[0].tolist() == pytest.approx([0.05, 0.15, 0.25])


def test_grid_of_a_part_that_is_not_there_is_an_error():
    with pytest.raises(ConfigError, match=r"^This cell has no z: it has h, c, i, f, g, o"):
        _grid("z")


def test_heat_map_draws_the_grid_row_for_row():
    (cells,) = draw_states(_grid(), WORDS).data
    np.testing.assert_array_equal(cells.z, _grid().to_numpy())
    assert list(cells.y) == ["1", "0"]


@each_page
def test_colours_are_the_same_far_on_either_side_of_zero(is_dark):
    (cells,) = draw_states(_grid(), WORDS, is_dark=is_dark).data
    assert cells.zmax == -cells.zmin == pytest.approx(0.9)


def test_limit_makes_figures_comparable():
    (cells,) = draw_states(_grid(), WORDS, limit=1.0).data
    assert (cells.zmin, cells.zmax) == (-1.0, 1.0)


def test_states_of_nothing_but_zero_still_have_a_scale():
    (cells,) = draw_states(0 * _grid(), WORDS).data
    assert cells.zmin < 0 < cells.zmax


def test_word_that_comes_twice_has_two_places():
    figure = draw_states(_grid(), WORDS)
    assert list(figure.data[0].x) == [0, 1, 2]
    assert list(figure.layout.xaxis.tickvals) == [0, 1, 2]


def test_words_are_written_as_they_are_and_not_as_tags():
    figure = draw_states(_grid(), WORDS, is_unknown=UNKNOWN)
    assert list(figure.layout.xaxis.ticktext) == ["oil", "<i>&lt;b>&amp;</i>", "oil"]
    assert figure.data[0].customdata[0][1] == "&lt;b>&amp;"


def test_of_many_words_some_are_written():
    words = [f"word{number}" for number in range(200)]
    axis = draw_states(_grid().iloc[:, [0] * 200], words).layout.xaxis
    assert len(axis.tickvals) == len(axis.ticktext) == 50
    assert axis.ticktext[-1] == words[axis.tickvals[-1]]


@pytest.mark.parametrize("number", [1, 3, 10])
def test_few_words_stand_upright_or_at_an_angle_at_which_none_sticks_out(number):
    axis = draw_states(_grid().iloc[:, [0] * number], ["word"] * number).layout.xaxis
    assert (axis.tickangle, axis.autotickangles) == (None, (0, -60))


def test_more_words_stand_at_an_angle():
    axis = draw_states(_grid().iloc[:, [0] * 11], ["word"] * 11).layout.xaxis
    assert axis.tickangle == -60


def test_long_word_is_cut_on_the_axis():
    axis = draw_states(_grid().iloc[:, [0]], ["x" * 50]).layout.xaxis
    assert axis.ticktext == ("x" * 13 + "…",)


def test_selected_stretch_has_a_frame_around_all_units():
    (mark,) = draw_states(_grid(), WORDS, stretch=(1, 3)).layout.shapes
    assert (mark.x0, mark.x1, mark.y0, mark.y1) == (0.5, 2.5, -0.5, 1.5)


def test_first_unit_stands_at_the_top():
    assert draw_states(_grid(), WORDS).layout.yaxis.range == (1.5, -0.5)


def test_heat_map_without_states_says_what_is_missing():
    figure = draw_states(_empty_states(), ())
    assert figure.layout.title.text == "Hidden state h"
    assert figure.layout.annotations[0].text.startswith("No states yet")


def test_heat_map_in_words_names_its_extremes():
    assert describe_states(_grid(), WORDS) == (
        "Hidden state h of 2 units over 3 words; lowest -0.90 in unit 1 at “oil”, "
        "highest 0.50 in unit 0 at “oil”."
    )


@pytest.mark.parametrize("grid", [_empty_states(), _grid() * np.nan], ids=["empty", "no_number"])
def test_heat_map_without_a_number_says_so(grid):
    assert describe_states(grid, WORDS, letter="c") == "Cell state c: no states yet."


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


def test_letters_of_one_cell_differ_by_colour_dash_and_marker():
    for letters in ("hcifgo", "hrzn"):
        for part in ("light", "dark", "marker"):
            assert len({getattr(LETTER_STYLES[letter], part) for letter in letters}) == len(letters)


def test_each_letter_has_a_name_and_a_look():
    assert LETTER_NAMES.keys() == LETTER_STYLES.keys()
    assert set(CANDIDATES) <= LETTER_NAMES.keys()


@pytest.mark.parametrize("draw", [draw_course, draw_gates], ids=["course", "gates"])
def test_hover_shows_words_and_no_tags(draw):
    frame = course_frame(made_states(), WORDS, 0)
    figure = draw(frame, WORDS, *([0] if draw is draw_course else []))
    assert list(figure.data[0].customdata) == ["oil", "&lt;b>&amp;", "oil"]
    assert not re.search("<b>", "".join(figure.layout.xaxis.ticktext))


def test_states_that_are_no_numbers_still_have_a_scale():
    (cells,) = draw_states(np.nan * _grid(), WORDS).data
    assert cells.zmin < 0 < cells.zmax


def test_hover_of_a_cell_reads_out_word_unit_and_value():
    (cells,) = draw_states(_grid(), WORDS).data
    assert hover_text(cells, (0, 1)) == "<b>&\nunit 1\nh = −0.400"
    assert hover_text(cells, (1, 2)) == "oil\nunit 0\nh = 0.500"


def test_hover_of_a_gates_cell_names_the_gate():
    (cells,) = draw_states(_grid("f"), WORDS, letter="f").data
    assert hover_text(cells, (1, 2)) == "oil\nunit 0\nf = 0.250"
    assert cells.colorbar.title.text == "f"


@each_page
def test_colours_go_from_the_negative_to_the_positive(is_dark):
    (cells,) = draw_states(_grid(), WORDS, is_dark=is_dark).data
    assert [colour for _, colour in cells.colorscale] == SCALE[is_dark]


@pytest.mark.parametrize(("units", "height", "every"), [(2, 240, 1), (20, 410, 1), (100, 900, 2)])
def test_height_and_labels_follow_the_number_of_units(units, height, every):
    grid = pd.DataFrame(np.zeros((units, 1)))
    layout = draw_states(grid, ["oil"]).layout
    assert layout.height == height
    assert layout.yaxis.tickvals == tuple(map(str, range(0, units, every)))


def test_heat_map_is_titled_by_what_it_shows():
    layout = draw_states(_grid("c"), WORDS, letter="c").layout
    assert (layout.title.text, layout.yaxis.title.text) == ("Cell state c", "Unit")
    assert (layout.yaxis.type, layout.xaxis.range) == ("category", (-0.5, 2.5))


def test_lines_of_a_unit_are_its_states_at_the_words():
    hidden, cell = draw_course(course_frame(made_states(), WORDS, 1), WORDS, 1).data
    assert (list(hidden.x), list(cell.x)) == ([0, 1, 2], [0, 1, 2])
    assert list(hidden.y) == pytest.approx([-0.2, -0.4, -0.9])
    assert hover_texts(hidden) == ["−0.200", "−0.400", "−0.900"]
    assert hover_texts(cell) == ["−0.400", "−0.800", "−1.800"]


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


@each_page
def test_letters_look_alike_in_all_figures(is_dark):
    lines = draw_gates(gates_frame(made_states(), WORDS, unit=0), WORDS, is_dark=is_dark).data
    for letter, line in zip("ifgo", lines, strict=True):
        style = LETTER_STYLES[letter]
        assert line.line.color == (style.dark if is_dark else style.light)
        assert (line.line.dash, line.marker.symbol) == (style.dash, style.marker)


@pytest.mark.parametrize(("words", "every"), [(60, 1), (61, 2), (120, 2), (121, 3)])
def test_at_most_60_words_are_written(words, every):
    axis = draw_states(_grid().iloc[:, [0] * words], ["x"] * words).layout.xaxis
    assert axis.tickvals == tuple(range(0, words, every))


@pytest.mark.parametrize(("length", "shown"), [(14, "x" * 14), (15, "x" * 13 + "…")])
def test_word_of_more_than_14_characters_is_cut_on_the_axis(length, shown):
    axis = draw_states(_grid().iloc[:, [0]], ["x" * length]).layout.xaxis
    assert axis.ticktext == (shown,)
