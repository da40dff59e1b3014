import pytest
from hypothesis import given, settings

from rnndash.figures.packed_batch import (
    draw_packed,
    draw_padded,
    draw_sorted,
)
from rnndash.figures.packed_cells import (
    CELL_COLUMNS,
    MOST_PLACES,
    MOST_ROWS,
    MOST_STEPS,
    Part,
    cells_frame,
    describe_part,
    describe_step,
    drawn_part,
)
from rnndash.packing.layout import lay_out
from rnndash.packing.minibatch import Rows
from rnndash.packing.sequences import LESSON_ROWS
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
@given(batches())
def test_frame_holds_each_cell_of_the_padded_batch(rows):
    layout = lay_out(rows)
    frame = cells_frame(layout, rows)
    assert frame.columns.tolist() == CELL_COLUMNS
    assert len(frame) == layout.padded.size
    assert (layout.padded[frame["row"], frame["step"]] == frame["id"]).all()
    assert (layout.sorted_indices[frame["sorted_place"]] == frame["row"]).all()
    real = frame[~frame["is_pad"]]
    assert (layout.data[real["place"]] == real["id"]).all()
    assert (frame[frame["is_pad"]]["place"] == -1).all()


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


@pytest.mark.parametrize(
    ("lengths", "part", "told"),
    [
        ((5, 3, 1), Part(rows=3, steps=5, places=9), None),
        (
            (2,) * (MOST_ROWS + 1),
            Part(rows=MOST_ROWS, steps=2, places=2 * (MOST_ROWS + 1)),
            "the first 24 of 25 rows",
        ),
        (
            (MOST_STEPS + 5, 1),
            Part(rows=2, steps=MOST_STEPS, places=MOST_STEPS + 1),
            "the first 120 of 125 time steps, the first 121 of 126 places of the packed vector",
        ),
    ],
)
def test_large_batch_is_drawn_in_part_and_the_part_is_told(lengths, part, told):
    layout = lay_out(_rows(*lengths))
    assert drawn_part(layout) == part
    words = describe_part(layout, part)
    assert words is None if told is None else f"Drawn: {told}." in words


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


def test_step_is_described_with_its_tokens():
    layout = lay_out(LESSON_ROWS)
    assert describe_step(layout, LESSON_ROWS, 2) == (
        "Step 2: 2 of 3 rows still alive; 1 has ended. batch_sizes[2] = 2, data[5:7] = 3, 8"
    )


def test_step_is_described_with_its_words_and_their_numbers():
    rows = Rows(ids=((7, 4), (9,)), words=(("oil", "rises"), ("war",)))
    assert describe_step(lay_out(rows), rows, 0).endswith("data[0:2] = oil (7), war (9)")


def test_alternative_texts_tell_what_is_drawn():
    layout = lay_out(LESSON_ROWS)
    frame, part = cells_frame(layout, LESSON_ROWS), drawn_part(layout)
    assert "6 of 15 cells are pads" in draw_padded(frame, part).alt
    assert "3, 2, 2, 1, 1" in draw_sorted(frame, layout, part).alt
    assert "1, 6, 9, 2, 7, 3, 8, 4, 5" in draw_packed(frame, layout, part).alt
