import runpy

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from torch.nn.utils.rnn import (
    PackedSequence,
    pack_padded_sequence,
    pad_packed_sequence,
    pad_sequence,
)

from rnndash.packing.layout import lay_out
from rnndash.packing.minibatch import Rows
from rnndash.packing.sequences import LESSON_ROWS
from tests.packing.drawn import batches, rows_of

FIELDS = ("data", "batch_sizes", "sorted_indices", "unsorted_indices")
few = settings(max_examples=40)


def _padded(rows):
    return pad_sequence([torch.tensor(row) for row in rows.ids], batch_first=True)


def _packed(rows):
    lengths = torch.tensor([len(row) for row in rows.ids])
    return pack_padded_sequence(_padded(rows), lengths, batch_first=True, enforce_sorted=False)


@pytest.mark.parametrize("field", FIELDS)
def test_field_equals_that_of_a_packed_sequence(field):
    @few
    @given(batches())
    def check(rows):
        assert getattr(lay_out(rows), field).tolist() == getattr(_packed(rows), field).tolist()

    check()


@few
@given(batches())
def test_padded_batch_equals_pad_sequence(rows):
    assert lay_out(rows).padded.tolist() == _padded(rows).tolist()


@few
@given(batches())
def test_unpacking_gives_the_padded_batch_back(rows):
    layout = lay_out(rows)
    fields = (torch.from_numpy(getattr(layout, field)) for field in FIELDS)
    padded, lengths = pad_packed_sequence(PackedSequence(*fields), batch_first=True)
    assert (padded.tolist(), lengths.tolist()) == (layout.padded.tolist(), layout.lengths.tolist())


@few
@given(batches())
def test_each_number_comes_from_the_cell_that_is_named(rows):
    layout = lay_out(rows)
    assert np.array_equal(layout.padded[layout.packed_rows, layout.packed_steps], layout.data)


@few
@given(batches())
def test_places_lead_back_to_the_cells(rows):
    layout = lay_out(rows)
    found = layout.places[layout.packed_rows, layout.packed_steps]
    assert found.tolist() == list(range(len(layout.data)))


@few
@given(batches())
def test_pads_and_only_pads_have_no_place(rows):
    layout = lay_out(rows)
    is_pad = np.arange(layout.steps) >= layout.lengths[:, None]
    assert np.array_equal(layout.places == -1, is_pad)


@few
@given(batches())
def test_pads_are_the_cells_that_are_not_in_the_data(rows):
    layout = lay_out(rows)
    assert layout.pads == (layout.places == -1).sum()


@few
@given(batches())
def test_slice_of_a_step_holds_that_step_alone(rows):
    layout = lay_out(rows)
    steps = [layout.packed_steps[slice(*layout.slice_at(step))] for step in range(layout.steps)]
    assert [set(part.tolist()) for part in steps] == [{step} for step in range(layout.steps)]


@few
@given(batches())
def test_slices_follow_each_other_through_the_data(rows):
    layout = lay_out(rows)
    edges = [layout.slice_at(step) for step in range(layout.steps)]
    starts, ends = zip(*edges, strict=True)
    assert starts == (0, *ends[:-1])
    assert ends[-1] == len(layout.data)


@few
@given(batches())
def test_bytes_are_those_of_the_tensors(rows):
    layout = lay_out(rows)
    padded = _padded(rows).nbytes + torch.tensor([len(row) for row in rows.ids]).nbytes
    packed = sum(getattr(_packed(rows), field).nbytes for field in FIELDS)
    assert (layout.padded_bytes, layout.packed_bytes) == (padded, packed)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("padded", [[1, 2, 3, 4, 5], [6, 7, 8, 0, 0], [9, 0, 0, 0, 0]]),
        ("lengths", [5, 3, 1]),
        ("data", [1, 6, 9, 2, 7, 3, 8, 4, 5]),
        ("batch_sizes", [3, 2, 2, 1, 1]),
        ("places", [[0, 3, 5, 7, 8], [1, 4, 6, -1, -1], [2, -1, -1, -1, -1]]),
    ],
)
def test_lesson_is_laid_out_as_in_the_lesson(field, expected):
    assert getattr(lay_out(LESSON_ROWS), field).tolist() == expected


def test_indices_tell_where_unsorted_rows_went():
    layout = lay_out(Rows(ids=((9,), (1, 2, 3, 4, 5), (6, 7, 8))))
    indices = (layout.sorted_indices.tolist(), layout.unsorted_indices.tolist())
    assert indices == ([1, 2, 0], [2, 0, 1])


def test_lesson_is_printed_one_field_a_line():
    assert lay_out(LESSON_ROWS).printed == (
        "PackedSequence(\n"
        "    data=tensor([1, 6, 9, 2, 7, 3, 8, 4, 5]),\n"
        "    batch_sizes=tensor([3, 2, 2, 1, 1]),\n"
        "    sorted_indices=tensor([0, 1, 2]),\n"
        "    unsorted_indices=tensor([0, 1, 2]),\n"
        ")"
    )


def test_code_of_the_lesson_writes_the_batch_out():
    assert lay_out(LESSON_ROWS).call == (
        "import torch\n"
        "from torch.nn.utils.rnn import pack_padded_sequence\n"
        "\n"
        "tokens = torch.tensor([\n"
        "    [1, 2, 3, 4, 5],\n"
        "    [6, 7, 8, 0, 0],\n"
        "    [9, 0, 0, 0, 0],\n"
        "])\n"
        "lengths = torch.tensor([5, 3, 1])\n"
        "packed = pack_padded_sequence(\n"
        "    tokens, lengths, batch_first=True, enforce_sorted=False\n"
        ")"
    )


@pytest.mark.parametrize("rows", [LESSON_ROWS, rows_of([3, 5, 1, 5])], ids=["lesson", "unsorted"])
def test_pasted_code_makes_what_is_printed(rows, tmp_path):
    layout = lay_out(rows)
    (tmp_path / "pasted.py").write_text(layout.call)
    packed = runpy.run_path(str(tmp_path / "pasted.py"))["packed"]
    assert "".join(str(packed).split()) == "".join(layout.printed.split()).replace(",)", ")")


@pytest.mark.parametrize("lengths", [[2] * 13, [80, 1]], ids=["many rows", "long rows"])
def test_code_of_a_large_batch_describes_it(lengths):
    rows, steps = len(lengths), max(lengths)
    assert f"# tokens:  ({rows}, {steps}) int64" in lay_out(rows_of(lengths)).call


def test_large_batch_is_printed_in_short():
    assert len(lay_out(rows_of([200] * 64)).printed) < 3_000


def test_continued_lines_of_what_is_printed_stand_under_the_first():
    lines = lay_out(Rows(ids=((7,) * 60,))).printed.splitlines()
    assert lines[2].index("7") == len("    data=tensor([")
