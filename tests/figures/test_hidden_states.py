import numpy as np
import pandas as pd
import pytest

from rnndash.errors import ConfigError
from rnndash.figures.hidden_states import SCALE, describe_states, draw_states, states_grid
from tests.figures.hover import hover_text
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


@pytest.mark.parametrize(("words", "every"), [(60, 1), (61, 2), (120, 2), (121, 3)])
def test_at_most_60_words_are_written(words, every):
    axis = draw_states(_grid().iloc[:, [0] * words], ["x"] * words).layout.xaxis
    assert axis.tickvals == tuple(range(0, words, every))


@pytest.mark.parametrize(("length", "shown"), [(14, "x" * 14), (15, "x" * 13 + "…")])
def test_word_of_more_than_14_characters_is_cut_on_the_axis(length, shown):
    axis = draw_states(_grid().iloc[:, [0]], ["x" * length]).layout.xaxis
    assert axis.ticktext == (shown,)
