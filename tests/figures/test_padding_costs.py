import numpy as np
import pytest

from rnndash.figures.padding_costs import (
    CostMeasure,
    costs_frame,
    describe_costs,
    describe_times,
    draw_costs,
    draw_times,
    times_frame,
)
from rnndash.packing.costs import cost_curve
from rnndash.packing.step_times import StepTime

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
