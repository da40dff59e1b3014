import pandas as pd
import pytest

from rnndash.config.run_config import RunConfig
from rnndash.errors import ConfigError
from rnndash.events import HeldOut, Measured
from rnndash.figures.comparison import (
    COMPARED_COLUMNS,
    Axis,
    CurveView,
    compared_frame,
    describe_comparison,
    draw_comparison,
)
from rnndash.figures.curves import Metric
from rnndash.results import RunRecord, RunState
from rnndash.statistics import smooth


def _record(run_id, values, *, seed=0, model="rnn", pace=10.0):
    return RunRecord(
        run_id=run_id,
        comparison="c",
        created=0.0,
        config=RunConfig(model=model, samples=400, seed=seed),
        state=RunState.RUNNING,
        points=tuple(
            Measured(
                samples=100 * n,
                epoch=n / 4,
                seconds=n * pace,
                running_accuracy=value,
                window_accuracy=value,
                loss=1 + value,
                samples_per_second=10.0,
            )
            for n, value in enumerate(values, start=1)
        ),
        held_out=(
            HeldOut(samples=400, epoch=1.0, seconds=4 * pace, texts=80, accuracy=0.75, loss=1.0),
        ),
    )


def _frame(records, **view):
    labels = {record.run_id: f"name of {record.run_id}" for record in records}
    return compared_frame(records, labels, CurveView(**view))


@pytest.mark.parametrize(
    ("axis", "x"),
    [
        (Axis.SAMPLES, [100, 200]),
        (Axis.EPOCHS, [0.25, 0.5]),
        (Axis.SECONDS, [10.0, 20.0]),
    ],
)
def test_x_is_what_the_axis_says(axis, x):
    assert _frame([_record("a", [0.1, 0.2])], axis=axis)["x"].tolist() == x


def test_smoothing_keeps_the_raw_value_beside_it():
    values = [0.1, 0.9, 0.3, 0.7]
    frame = _frame([_record("a", values)], smoothing=0.6)
    assert frame["value"].tolist() == values
    assert frame["smoothed"].tolist() == smooth(values, 0.6).tolist()


def test_runs_are_smoothed_one_by_one():
    frame = _frame([_record("a", [0.0, 1.0]), _record("b", [1.0, 0.0])], smoothing=0.5)
    assert frame.groupby("curve")["smoothed"].first().tolist() == [0.0, 1.0]


def test_seeds_of_one_setting_become_a_mean_with_its_range():
    records = [_record("a", [0.1, 0.3]), _record("b", [0.3, 0.5], seed=1)]
    frame = _frame(records, is_grouped=True)
    assert frame["value"].tolist() == pytest.approx([0.2, 0.4])
    assert frame["low"].tolist() == [0.1, 0.3]
    assert frame["high"].tolist() == [0.3, 0.5]
    assert frame["label"].unique().tolist() == ["name of a (mean of 2 seeds)"]


def test_mean_ends_where_the_first_of_its_runs_does():
    records = [_record("a", [0.1, 0.3, 0.5]), _record("b", [0.3], seed=1)]
    assert _frame(records, is_grouped=True)["samples"].tolist() == [100]


def test_other_settings_are_not_grouped():
    records = [_record("a", [0.1]), _record("b", [0.3], seed=1, model="lstm")]
    assert _frame(records, is_grouped=True)["runs"].tolist() == [1, 1]


def test_figure_draws_the_smoothed_line_over_a_faint_raw_one():
    frame = _frame([_record("a", [0.1, 0.9, 0.3])], smoothing=0.6)
    raw, line = draw_comparison(frame, CurveView(smoothing=0.6)).data
    assert list(raw.y) == [0.1, 0.9, 0.3]
    assert raw.opacity < 0.5
    assert list(line.y) == frame["smoothed"].tolist()


def test_figure_without_smoothing_draws_one_line_a_run():
    records = [_record("a", [0.1, 0.9, 0.3]), _record("b", [0.1])]
    figure = draw_comparison(_frame(records), CurveView())
    assert [trace.name for trace in figure.data] == ["name of a", "name of b"]


def test_runs_of_one_model_have_different_colours():
    records = [_record(name, [0.1, 0.2, 0.3]) for name in "abcd"]
    figure = draw_comparison(_frame(records), CurveView())
    assert len({trace.line.color for trace in figure.data}) == 4


def test_lesson_is_drawn_as_published():
    view = CurveView(has_reference=True)
    figure = draw_comparison(_frame([]), view)
    names = [trace.name for trace in figure.data]
    assert names == ["Lesson: Simple RNN", "Lesson: LSTM", "Lesson: Packed LSTM"]
    assert (figure.data[0].x[0], figure.data[0].y[0]) == (3_200, 0.3090625)


def test_lesson_over_epochs_counts_in_its_own_epoch():
    view = CurveView(has_reference=True, axis=Axis.EPOCHS)
    assert draw_comparison(_frame([]), view).data[0].x[0] == 3_200 / 120_000


@pytest.mark.parametrize("other", [{"metric": Metric.LOSS}, {"axis": Axis.SECONDS}])
def test_lesson_is_not_drawn_over_what_it_did_not_publish(other):
    view = CurveView(has_reference=True, **other)
    assert len(draw_comparison(_frame([]), view).data) == 0


@pytest.mark.parametrize(("metric", "kind"), [(Metric.LOSS, "log"), (Metric.RUNNING, "linear")])
def test_only_the_loss_gets_a_logarithmic_axis(metric, kind):
    view = CurveView(metric=metric, is_log=True)
    assert draw_comparison(_frame([]), view).layout.yaxis.type == kind


def test_growing_figure_keeps_the_readers_view():
    def revision(values):
        figure = draw_comparison(_frame([_record("a", values)]), CurveView(), revision="x")
        return figure.layout.uirevision

    assert revision([0.1]) == revision([0.1, 0.2])


def test_figure_without_points_says_what_is_missing():
    frame = _frame([])
    assert list(frame.columns) == COMPARED_COLUMNS
    assert "tick runs" in draw_comparison(frame, CurveView()).layout.annotations[0].text


@pytest.mark.parametrize("smoothing", [-0.1, 1.0])
def test_smoothing_outside_its_limits_is_refused(smoothing):
    with pytest.raises(ConfigError, match="Smoothing goes from 0 to"):
        CurveView(smoothing=smoothing)


def test_description_names_each_curve_and_its_latest_value():
    frame = _frame([_record("a", [0.1, 0.25])])
    assert describe_comparison(frame, CurveView()) == (
        "Running accuracy over training texts read; latest: name of a 25.0%."
    )
    assert describe_comparison(pd.DataFrame(), CurveView()).endswith("no runs to show.")
