import pytest
from hypothesis import given, settings

from rnndash.figures.packed_batch import (
    draw_packed,
    draw_padded,
    draw_sorted,
)
from rnndash.figures.packed_cells import (
    MOST_PLACES,
    MOST_ROWS,
    MOST_STEPS,
    Part,
    cells_frame,
    drawn_part,
)
from rnndash.packing.layout import lay_out
from rnndash.packing.minibatch import Rows
from rnndash.packing.sequences import LESSON_ROWS
from tests.figures.hover import hover_text
from tests.packing.drawn import batches


def _rows(*lengths):
    return Rows(ids=tuple(tuple(range(1, length + 1)) for length in lengths))


def _lit(picture, step):
    """The framed boxes of a step, in cells: from column, from line, up to column, up to line."""
    return [
        tuple(round(shape[side] + 0.5) for side in ("x0", "y0", "x1", "y1"))
        for shape in picture.shapes[step]
        if shape["type"] == "rect" and shape["line"]["width"]
    ]


def _cells_in(box):
    x0, y0, x1, y1 = box
    return {(x, y) for x in range(x0, x1) for y in range(y0, y1)}


@settings(max_examples=30)
@given(batches(most_rows=20, longest=30))
def test_step_lights_up_the_same_tokens_in_all_three_pictures(rows):
    layout = lay_out(rows)
    part, frame = drawn_part(layout), cells_frame(layout, rows)
    padded = draw_padded(frame, part)
    ordered = draw_sorted(frame, layout, part)
    packed = draw_packed(frame, layout, part)
    for step in range(part.steps):
        column = frame[frame["step"] == step]
        alive = column[~column["is_pad"]]
        (box,) = _lit(padded, step)
        assert _cells_in(box) == {(step, row) for row in range(len(rows))}
        (box,) = _lit(ordered, step)
        assert _cells_in(box) == {(step, place) for place in alive["sorted_place"]}
        boxes = _lit(packed, step)
        places = {(place % 32, place // 32) for place in alive["place"]}
        assert set().union(*map(_cells_in, boxes)) == places


def _covered(shape):
    """The cells under a veil or in a frame."""
    return _cells_in(tuple(round(shape[side] + 0.5) for side in ("x0", "y0", "x1", "y1")))


def test_veil_covers_all_other_cells_of_the_grid_and_nothing_beside_it():
    padded, ordered, _ = _pictures(LESSON_ROWS)
    grid = {(step, row) for step in range(5) for row in range(3)}
    for picture in (padded, ordered):
        for shapes in picture.shapes:
            lit, veiled = (
                [shape for shape in shapes if bool(shape["line"]["width"]) == is_lit]
                for is_lit in (True, False)
            )
            assert set().union(*map(_covered, veiled)) == grid - set().union(*map(_covered, lit))


def test_pads_alone_are_hatched():
    layout = lay_out(LESSON_ROWS)
    picture = draw_padded(cells_frame(layout, LESSON_ROWS), drawn_part(layout))
    bars = picture.figure.data[0]
    hatched = [shape == "/" for shape in bars.marker.pattern.shape]
    assert hatched == (layout.places.ravel() < 0).tolist()


def test_sorted_picture_names_batch_sizes_under_its_steps():
    layout = lay_out(LESSON_ROWS)
    figure = draw_sorted(cells_frame(layout, LESSON_ROWS), layout, drawn_part(layout)).figure
    assert list(figure.layout.xaxis.ticktext) == [f"<b>{size}</b>" for size in (3, 2, 2, 1, 1)]


def test_sorted_picture_names_the_row_of_each_place():
    rows = _rows(1, 3, 2)
    layout = lay_out(rows)
    figure = draw_sorted(cells_frame(layout, rows), layout, drawn_part(layout)).figure
    assert list(figure.layout.yaxis.ticktext) == ["row 1", "row 2", "row 0"]


def test_packed_picture_shows_data_in_its_order():
    layout = lay_out(LESSON_ROWS)
    figure = draw_packed(cells_frame(layout, LESSON_ROWS), layout, drawn_part(layout)).figure
    assert list(figure.data[0].text) == list("169273845")


def test_hover_names_row_step_and_place():
    layout = lay_out(LESSON_ROWS)
    figure = draw_packed(cells_frame(layout, LESSON_ROWS), layout, drawn_part(layout)).figure
    assert figure.data[0].customdata[6] == (
        "<b>id 8</b><br>row 1, step 2<br>place 6 of the packed vector"
    )


def test_word_with_a_tag_is_shown_as_written():
    rows = Rows(ids=((2,),), words=(("<b>&",),))
    layout = lay_out(rows)
    figure = draw_padded(cells_frame(layout, rows), drawn_part(layout), has_words=True).figure
    assert figure.data[0].customdata[0].startswith("<b>&lt;b>&amp; (2)</b>")


def test_same_cell_has_the_same_id_in_all_pictures():
    layout = lay_out(LESSON_ROWS)
    frame, part = cells_frame(layout, LESSON_ROWS), drawn_part(layout)
    pictures = [
        draw_padded(frame, part),
        draw_sorted(frame, layout, part),
        draw_packed(frame, layout, part),
    ]
    ids = [set(picture.figure.data[0].ids) for picture in pictures]
    assert ids[0] >= ids[1] == ids[2]


def test_huge_batch_draws_no_more_than_its_limits():
    rows = _rows(*[200] * 64)
    layout = lay_out(rows)
    part, frame = drawn_part(layout), cells_frame(layout, rows)
    assert part == Part(rows=MOST_ROWS, steps=MOST_PLACES // 64, places=MOST_PLACES)
    assert len(draw_padded(frame, part).figure.data[0].ids) == MOST_ROWS * part.steps
    assert len(draw_packed(frame, layout, part).figure.data[0].ids) == MOST_PLACES


def test_every_step_that_can_be_walked_lights_up_its_slice():
    rows = _rows(*[40] * 300)
    layout = lay_out(rows)
    part, frame = drawn_part(layout), cells_frame(layout, rows)
    picture = draw_packed(frame, layout, part)
    assert all(_lit(picture, step) for step in range(part.steps))


def test_alternative_texts_tell_what_is_drawn():
    layout = lay_out(LESSON_ROWS)
    frame, part = cells_frame(layout, LESSON_ROWS), drawn_part(layout)
    assert "6 of 15 cells are pads" in draw_padded(frame, part).alt
    assert "3, 2, 2, 1, 1" in draw_sorted(frame, layout, part).alt
    assert "1, 6, 9, 2, 7, 3, 8, 4, 5" in draw_packed(frame, layout, part).alt


def _drawn(picture):
    """What stands in each column and line, with its hover: `{(column, line): (text, hover)}`."""
    (bars,) = picture.figure.data
    assert set(bars.x) == {1}
    return {
        (round(base + 0.5), line): (text, hover_text(bars, point))
        for point, (base, line, text) in enumerate(zip(bars.base, bars.y, bars.text, strict=True))
    }


NAMED = Rows(ids=((5, 7), (9,)), words=(("oil", "<b>&"), ("war",)))

OIL = ("oil", "oil (5)\nrow 0, step 0\nplace 0 of the packed vector")

TAG = ("&lt;b>&amp;", "<b>& (7)\nrow 0, step 1\nplace 2 of the packed vector")

WAR = ("war", "war (9)\nrow 1, step 0\nplace 1 of the packed vector")

PAD = ("0", "pad (0)\nrow 1, step 1\nnot in the packed vector")


def _pictures(rows, **options):
    layout = lay_out(rows)
    part, frame = drawn_part(layout), cells_frame(layout, rows)
    return (
        draw_padded(frame, part, **options),
        draw_sorted(frame, layout, part, **options),
        draw_packed(frame, layout, part, **options),
    )


def test_each_cell_stands_at_its_place_with_its_word_and_its_hover():
    padded, ordered, packed = _pictures(NAMED, has_words=True)
    assert _drawn(padded) == {(0, 0): OIL, (1, 0): TAG, (0, 1): WAR, (1, 1): PAD}
    assert _drawn(ordered) == {(0, 0): OIL, (1, 0): TAG, (0, 1): WAR}
    assert _drawn(packed) == {(0, 0): OIL, (1, 0): WAR, (2, 0): TAG}


def test_cells_without_words_show_their_numbers():
    padded, ordered, packed = _pictures(Rows(ids=((9,), (5, 7))))
    assert {place: text for place, (text, _) in _drawn(padded).items()} == {
        (0, 0): "9",
        (1, 0): "0",
        (0, 1): "5",
        (1, 1): "7",
    }
    assert {place: text for place, (text, _) in _drawn(ordered).items()} == {
        (0, 0): "5",
        (1, 0): "7",
        (0, 1): "9",
    }
    assert [text for text, _ in _drawn(packed).values()] == ["5", "9", "7"]


def test_long_packed_vector_goes_on_in_the_next_line():
    _, _, packed = _pictures(_rows(40))
    assert {place: text for place, (text, _) in _drawn(packed).items()} == {
        (n % 32, n // 32): str(n + 1) for n in range(40)
    }
    assert packed.figure.layout.yaxis.ticktext == ("from 0", "from 32")


def test_a_border_stands_before_the_first_place_of_each_step():
    _, _, packed = _pictures(LESSON_ROWS)
    lines = [
        (shape["x0"], shape["x1"], shape["y0"], shape["y1"])
        for shape in packed.shapes[0]
        if shape["type"] == "line"
    ]
    # Batch sizes 3, 2, 2, 1, 1: steps begin at 0, 3, 5, 7 and 8.
    assert lines == [(at - 0.5, at - 0.5, -0.5, 0.5) for at in (3, 5, 7, 8)]


def test_cells_of_a_row_have_one_colour_in_all_pictures():
    pictures = _pictures(LESSON_ROWS)
    colours = [
        dict(zip((name.split("-")[0] for name in bars.ids), bars.marker.color, strict=True))
        for bars in (picture.figure.data[0] for picture in pictures[1:])
    ]
    assert colours[0] == colours[1]
    assert len(set(colours[0].values())) == 3


@pytest.mark.parametrize(("steps", "is_written"), [(28, True), (29, False)])
def test_numbers_are_left_out_where_cells_are_narrow(steps, is_written):
    padded, ordered, _ = _pictures(_rows(steps))
    for picture in (padded, ordered):
        assert (picture.figure.data[0].text is not None) == is_written


@pytest.mark.parametrize(("steps", "every"), [(30, 1), (31, 5)])
def test_steps_are_numbered_as_there_is_room(steps, every):
    padded, ordered, _ = _pictures(_rows(steps))
    assert padded.figure.layout.xaxis.dtick == every
    assert ordered.figure.layout.xaxis.tickvals == tuple(range(0, steps, every))


def test_pictures_are_titled_and_their_axes_named():
    layouts = [picture.figure.layout for picture in _pictures(LESSON_ROWS)]
    assert [layout.title.text for layout in layouts] == [
        "1. Padded: tokens, (B, T)",
        "2. Sorted by length, pads dropped",
        "3. Packed: data, (N,)",
    ]
    assert [layout.xaxis.title.text for layout in layouts] == [
        "Time step t",
        "batch_sizes: rows still alive at step t",
        "Place in data",
    ]
    assert layouts[0].yaxis.ticktext == ("row 0", "row 1", "row 2")
    assert [layout.xaxis.range for layout in layouts] == [(-0.5, 4.5), (-0.5, 4.5), (-0.5, 8.5)]
    assert [layout.yaxis.range for layout in layouts] == [(2.5, -0.5), (2.5, -0.5), (0.5, -0.5)]


def test_pictures_with_words_are_not_squeezed():
    for picture, cells in zip(_pictures(NAMED, has_words=True), (2, 2, 3), strict=True):
        assert picture.least_px == cells * 54 + 80
    assert [picture.least_px for picture in _pictures(LESSON_ROWS)] == [0, 0, 0]


def test_pictures_are_described_whole():
    padded, ordered, packed = _pictures(LESSON_ROWS)
    assert padded.alt == "Padded batch of 3 rows and 5 time steps; 6 of 15 cells are pads."
    assert ordered.alt == (
        "The rows sorted by length. Rows still alive at each step: 3, 2, 2, 1, 1."
    )
    assert packed.alt == "The packed vector: 1, 6, 9, 2, 7, 3, 8, 4, 5."


def test_description_of_a_part_says_that_there_is_more():
    _, ordered, _ = _pictures(_rows(MOST_STEPS + 1))
    assert ordered.alt.endswith("1, 1, …")
