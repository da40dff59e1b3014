import numpy as np
import pytest

from rnndash.config.model_kind import ModelKind
from rnndash.figures.padding_costs import (
    CostMeasure,
    costs_frame,
    describe_costs,
    describe_times,
    draw_costs,
    draw_times,
    times_frame,
)
from rnndash.packing.costs import BatchingCost, cost_curve
from rnndash.packing.step_times import StepTime
from tests.figures.hover import hover_texts

COSTS = cost_curve(np.array([1, 2, 3, 4, 5, 6, 7, 8]), batch_sizes=(1, 2, 4))


def _step(share, padded, packed):
    return StepTime(
        lengths=(10, 5),
        padding_share=share,
        padded_ms=padded,
        packed_ms=packed,
        padded_range_ms=(padded - 1, padded + 2),
        packed_range_ms=(packed - 0.5, packed + 0.5),
        repeats=3,
    )


def test_frame_holds_each_cost():
    frame = costs_frame(COSTS)
    assert frame["batch_size"].tolist() == [1, 2, 4, 1, 2, 4]
    assert frame["is_bucketed"].tolist() == [False] * 3 + [True] * 3
    assert frame["padding_share"].tolist() == [cost.padding_share for cost in COSTS]


def test_one_line_for_each_order_over_the_batch_sizes():
    figure = draw_costs(costs_frame(COSTS), CostMeasure.SHARE)
    names = ["Padded, shuffled", "Padded, similar lengths together"]
    assert [line.name for line in figure.data] == names
    assert [list(line.x) for line in figure.data] == [[1, 2, 4]] * 2
    assert list(figure.data[1].y) == [cost.padding_share for cost in COSTS[3:]]


@pytest.mark.parametrize(
    ("measure", "padded", "packed"),
    [
        (CostMeasure.CELLS, "cells", "tokens"),
        (CostMeasure.BYTES, "padded_bytes", "packed_bytes"),
    ],
)
def test_cells_and_bytes_are_drawn_padded_and_packed(measure, padded, packed):
    lines = draw_costs(costs_frame(COSTS), measure).data
    values = [[getattr(cost, name) for cost in COSTS[:3]] for name in (padded, packed)]
    assert [list(line.y) for line in lines[:2]] == values


def test_costs_are_described_by_their_ends():
    words = describe_costs(costs_frame(COSTS))
    assert f"to {COSTS[2].padding_share:.0%} shuffled" in words
    assert f"{COSTS[5].padding_share:.0%} bucketed at 4" in words


def test_times_have_bars_from_the_fastest_to_the_slowest():
    padded, packed = draw_times(times_frame([_step(0.0, 10.0, 20.0), _step(0.5, 10.0, 8.0)])).data
    assert list(padded.y) == [10.0, 10.0]
    assert (list(padded.error_y.array), list(padded.error_y.arrayminus)) == ([2, 2], [1, 1])
    assert (list(packed.error_y.array), list(packed.error_y.arrayminus)) == ([0.5] * 2, [0.5] * 2)


@pytest.mark.parametrize(
    ("packed", "words"),
    [
        ((20.0, 20.0), "Padded was faster at every measured share of pads."),
        ((5.0, 5.0), "Packed was faster at every measured share of pads."),
        ((20.0, 5.0), "Packed was faster where the share of pads was 50%; elsewhere padded was."),
    ],
)
def test_times_are_described_by_who_wins_where(packed, words):
    steps = [_step(0.0, 10.0, packed[0]), _step(0.5, 10.0, packed[1])]
    assert describe_times(times_frame(steps)) == words


MADE = [
    BatchingCost(
        batch_size=size,
        is_bucketed=is_bucketed,
        cells=cells,
        tokens=900,
        padded_bytes=padded,
        packed_bytes=packed,
    )
    for is_bucketed, size, cells, padded, packed in (
        (False, 1, 900, 8_000, 9_000),
        (False, 4, 1_200, 11_000, 9_500),
        (True, 1, 900, 8_000, 9_100),
        (True, 4, 1_000, 8_800, 9_600),
    )
]


@pytest.mark.parametrize(
    ("measure", "lines"),
    [
        (
            CostMeasure.SHARE,
            {
                "Padded, shuffled": ["0.0%", "25.0%"],
                "Padded, similar lengths together": ["0.0%", "10.0%"],
            },
        ),
        (
            CostMeasure.CELLS,
            {
                "Padded, shuffled": ["900", "1,200"],
                "Packed, shuffled": ["900", "900"],
                "Padded, similar lengths together": ["900", "1,000"],
                "Packed, similar lengths together": ["900", "900"],
            },
        ),
        (
            CostMeasure.BYTES,
            {
                "Padded, shuffled": ["8,000", "11,000"],
                "Packed, shuffled": ["9,000", "9,500"],
                "Padded, similar lengths together": ["8,000", "8,800"],
                "Packed, similar lengths together": ["9,100", "9,600"],
            },
        ),
    ],
)
def test_each_measure_is_drawn_and_read_out_as_counted(measure, lines):
    drawn = draw_costs(costs_frame(MADE), measure).data
    assert {line.name: hover_texts(line) for line in drawn} == lines
    assert {tuple(line.x) for line in drawn} == {(1, 4)}


@pytest.mark.parametrize(
    ("measure", "label", "title", "form", "limits", "mode"),
    [
        (
            CostMeasure.SHARE,
            "Share of pads",
            "Share of cells that are pads",
            ".0%",
            (0, 1),
            "normal",
        ),
        (CostMeasure.CELLS, "Cells", "Cells computed in an epoch", "~s", None, "tozero"),
        (CostMeasure.BYTES, "Bytes", "Bytes of an epoch's batches", "~s", None, "tozero"),
    ],
)
def test_axes_of_costs_have_names_and_limits(measure, label, title, form, limits, mode):
    layout = draw_costs(costs_frame(MADE), measure).layout
    y = layout.yaxis
    assert (measure.label, y.title.text) == (label, title)
    assert (y.tickformat, y.range, y.rangemode) == (form, limits, mode)
    x = layout.xaxis
    assert (x.title.text, x.type, x.tickvals, x.ticktext) == (
        "Batch size",
        "log",
        (1, 4),
        ("1", "4"),
    )


def test_packed_lines_are_dotted_and_hollow_in_the_colour_of_their_order():
    padded, packed, bucketed, _ = draw_costs(costs_frame(MADE), CostMeasure.CELLS).data
    assert packed.line.color == padded.line.color != bucketed.line.color
    assert (packed.line.dash, packed.marker.symbol) == ("dot", f"{padded.marker.symbol}-open")


def test_costs_are_described_whole():
    assert describe_costs(costs_frame(MADE)) == (
        "Share of pads over the batch size, from none at 1 to 25% shuffled and 10% bucketed at 4."
    )


def test_times_are_drawn_over_the_share_of_pads_and_read_out_with_their_range():
    steps = [_step(0.25, 10.0, 20.0), _step(0.5, 12.0, 8.0)]
    padded, packed = draw_times(times_frame(steps)).data
    assert [line.name for line in (padded, packed)] == ["Padded", "Packed"]
    assert (list(padded.x), list(packed.x)) == ([0.25, 0.5], [0.25, 0.5])
    assert hover_texts(padded) == [
        "10.0 ms, from 9.0 to 12.0; 15 tokens",
        "12.0 ms, from 11.0 to 14.0; 15 tokens",
    ]
    assert hover_texts(packed) == [
        "20.0 ms, from 19.5 to 20.5; 15 tokens",
        "8.0 ms, from 7.5 to 8.5; 15 tokens",
    ]


def test_frame_of_times_counts_rows_and_tokens():
    row = times_frame([_step(0.25, 10.0, 20.0)]).iloc[0].to_dict()
    assert row == {
        "padding_share": 0.25,
        "rows": 2,
        "longest": 10,
        "tokens": 15,
        "padded_ms": 10.0,
        "packed_ms": 20.0,
        "padded_low_ms": 9.0,
        "padded_high_ms": 12.0,
        "packed_low_ms": 19.5,
        "packed_high_ms": 20.5,
    }


@pytest.mark.parametrize("is_dark", [False, True])
def test_times_have_the_looks_of_padded_and_packed_networks(is_dark):
    lines = draw_times(times_frame([_step(0.25, 10.0, 20.0)]), is_dark=is_dark).data
    for kind, line in zip((ModelKind.LSTM, ModelKind.PACKED_LSTM), lines, strict=True):
        assert line.line.color == (kind.style.dark if is_dark else kind.style.light)
        assert (line.line.dash, line.marker.symbol) == (kind.style.dash, kind.style.marker)


def test_axes_of_times_have_units():
    layout = draw_times(times_frame([_step(0.25, 10.0, 20.0)])).layout
    x, y = layout.xaxis, layout.yaxis
    assert (x.title.text, x.tickformat) == ("Share of cells that are pads", ".0%")
    assert x.range == (-0.02, 1.02)
    assert (y.title.text, y.rangemode) == ("Forward and backward (ms)", "tozero")


def test_equal_times_are_no_win_for_packing():
    steps = [_step(0.25, 10.0, 10.0), _step(0.5, 10.0, 8.0)]
    assert describe_times(times_frame(steps)) == (
        "Packed was faster where the share of pads was 50%; elsewhere padded was."
    )
