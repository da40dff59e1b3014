import pytest
from hypothesis import given, settings

from rnndash.figures.packed_cells import (
    CELL_COLUMNS,
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
def test_large_batch_is_drawn_in_part_and_the_part_is_reported(lengths, part, told):
    layout = lay_out(_rows(*lengths))
    assert drawn_part(layout) == part
    words = describe_part(layout, part)
    assert words is None if told is None else f"Drawn: {told}." in words


def test_step_is_described_with_its_tokens():
    layout = lay_out(LESSON_ROWS)
    assert describe_step(layout, LESSON_ROWS, 2) == (
        "Step 2: 2 of 3 rows still alive; 1 has ended. batch_sizes[2] = 2, data[5:7] = 3, 8"
    )


def test_step_is_described_with_its_words_and_their_numbers():
    rows = Rows(ids=((7, 4), (9,)), words=(("oil", "rises"), ("war",)))
    assert describe_step(lay_out(rows), rows, 0).endswith("data[0:2] = oil (7), war (9)")


@pytest.mark.parametrize(("alive", "shown"), [(12, "12"), (13, "12, …")])
def test_step_names_at_most_twelve_tokens(alive, shown):
    rows = Rows(ids=tuple((n,) for n in range(1, alive + 1)))
    words = describe_step(lay_out(rows), rows, 0)
    assert words.endswith(f"data[0:{alive}] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, {shown}")


def test_step_at_which_several_rows_have_ended_says_so():
    rows = _rows(1, 2, 1)
    assert describe_step(lay_out(rows), rows, 1) == (
        "Step 1: 1 of 3 rows still alive; 2 have ended. batch_sizes[1] = 1, data[3:4] = 2"
    )
