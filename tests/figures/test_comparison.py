from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import rnndash
from rnndash.config.model_kind import ModelKind
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
from tests.figures.hover import hover_text, hover_texts


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


def _seeds(*values):
    return [_record("abc"[seed], run, seed=seed) for seed, run in enumerate(values)]


def test_group_is_the_mean_the_least_and_the_greatest_of_its_runs():
    runs = np.array([[0.1, 0.9, 0.3], [0.4, 0.6, 0.3], [0.1, 0.0, 0.6]])
    frame = _frame(_seeds(*runs.tolist()), is_grouped=True, smoothing=0.5)
    mean = runs.mean(axis=0)
    assert frame["value"].tolist() == pytest.approx(mean)
    assert frame["low"].tolist() == runs.min(axis=0).tolist()
    assert frame["high"].tolist() == runs.max(axis=0).tolist()
    assert frame["runs"].tolist() == [3, 3, 3]
    # Half of the past, half of the new, over what the weights add up to: 1/2, 3/4, 7/8.
    weights = [[1, 0, 0], [1 / 3, 2 / 3, 0], [1 / 7, 2 / 7, 4 / 7]]
    assert frame["smoothed"].tolist() == pytest.approx(np.array(weights) @ mean)


def test_group_stands_at_the_mean_of_its_runs_seconds():
    records = [_record("a", [0.1, 0.2], pace=10.0), _record("b", [0.1, 0.2], seed=1, pace=30.0)]
    frame = _frame(records, is_grouped=True, axis=Axis.SECONDS)
    assert frame["x"].tolist() == [20.0, 40.0]


def test_band_of_seeds_goes_along_the_greatest_and_back_along_the_least():
    frame = _frame(_seeds([0.1, 0.9, 0.3], [0.4, 0.6, 0.2]), is_grouped=True)
    band, line = draw_comparison(frame, CurveView(is_grouped=True)).data
    assert list(band.x) == [100, 200, 300, 300, 200, 100]
    assert list(band.y) == [0.4, 0.9, 0.3, 0.2, 0.6, 0.1]
    assert (band.fill, band.hoverinfo, band.showlegend) == ("toself", "skip", False)
    assert band.fillcolor == line.line.color
    assert list(line.y) == pytest.approx([0.25, 0.75, 0.25])
    assert band.legendgroup == line.legendgroup
    assert (band.uid, line.uid) == ("a-band", "a")


def test_band_takes_the_place_of_the_raw_line():
    frame = _frame(_seeds([0.1, 0.9], [0.4, 0.6]), is_grouped=True, smoothing=0.5)
    figure = draw_comparison(frame, CurveView(is_grouped=True, smoothing=0.5))
    assert [trace.uid for trace in figure.data] == ["a-band", "a"]


def test_raw_line_is_the_curve_as_logged_and_not_in_the_legend():
    frame = _frame([_record("a", [0.1, 0.9])], smoothing=0.5)
    raw, line = draw_comparison(frame, CurveView(smoothing=0.5)).data
    assert (list(raw.x), list(raw.y)) == ([100, 200], [0.1, 0.9])
    assert (raw.uid, raw.showlegend, raw.hoverinfo, raw.mode) == ("a-raw", False, "skip", "lines")
    assert raw.line.color == line.line.color
    assert list(line.y) == pytest.approx([0.1, 1.9 / 3])


@pytest.mark.parametrize(
    ("view", "texts"),
    [
        ({}, ["10.0% at 100 texts", "90.0% at 200 texts"]),
        ({"smoothing": 0.5}, ["10.0% at 100 texts, raw 10.0%", "63.3% at 200 texts, raw 90.0%"]),
        ({"metric": Metric.LOSS}, ["1.100 at 100 texts", "1.900 at 200 texts"]),
        (
            {"metric": Metric.LOSS, "smoothing": 0.5},
            ["1.100 at 100 texts, raw 1.100", "1.633 at 200 texts, raw 1.900"],
        ),
        ({"axis": Axis.SECONDS}, ["10.0% at 100 texts", "90.0% at 200 texts"]),
    ],
)
def test_hover_of_a_run_reads_out_what_is_drawn(view, texts):
    frame = _frame([_record("a", [0.1, 0.9])], **view)
    assert hover_texts(draw_comparison(frame, CurveView(**view)).data[-1]) == texts


@pytest.mark.parametrize(
    ("metric", "texts"),
    [
        (Metric.RUNNING, ["25.0% at 100 texts, seeds from 10.0% to 40.0%"]),
        (Metric.LOSS, ["1.250 at 100 texts, seeds from 1.100 to 1.400"]),
    ],
)
def test_hover_of_a_group_reads_out_its_range(metric, texts):
    view = CurveView(metric=metric, is_grouped=True)
    frame = _frame(_seeds([0.1], [0.4]), metric=metric, is_grouped=True)
    assert hover_texts(draw_comparison(frame, view).data[1]) == texts


def test_lesson_reads_out_where_it_was_published():
    view = CurveView(has_reference=True, axis=Axis.EPOCHS)
    figure = draw_comparison(_frame([]), view)
    assert hover_text(figure.data[0], 0) == "30.9% at 3,200 texts, as published"
    with (Path(rnndash.__file__).parent / "lesson_curves.csv").open() as file:
        rows = pd.read_csv(file)
    for trace, (_, own) in zip(figure.data, rows.groupby("model", sort=False), strict=True):
        assert list(trace.x) == (own["samples"] / 120_000).tolist()
        assert list(trace.y) == own["running_accuracy"].tolist()


@pytest.mark.parametrize(
    ("points", "metric", "mode"),
    [
        (2, Metric.RUNNING, "lines+markers"),
        (3, Metric.RUNNING, "lines"),
        (3, Metric.HELD_OUT, "lines+markers"),
    ],
)
def test_points_are_marked_where_they_are_few(points, metric, mode):
    view = CurveView(metric=metric)
    frame = _frame([_record("a", [0.1, 0.2, 0.3][:points])], metric=metric)
    assert draw_comparison(frame, view).data[0].mode == mode


@pytest.mark.parametrize("is_dark", [False, True])
def test_first_run_of_a_kind_has_the_kinds_own_look(is_dark):
    records = [_record(kind.value, [0.1], model=kind.value) for kind in ModelKind]
    figure = draw_comparison(_frame(records), CurveView(), is_dark=is_dark)
    for kind, line in zip(ModelKind, figure.data, strict=True):
        style = kind.style
        assert line.line.color == (style.dark if is_dark else style.light)
        assert (line.line.dash, line.marker.symbol) == (style.dash, style.marker)


@pytest.mark.parametrize(
    ("axis", "label", "title", "form"),
    [
        (Axis.SAMPLES, "Texts read", "Training texts read", "~s"),
        (Axis.EPOCHS, "Epochs", "Epochs", None),
        (Axis.SECONDS, "Seconds", "Seconds of training, pauses not counted", None),
    ],
)
def test_x_axis_has_its_name_and_unit(axis, label, title, form):
    x = draw_comparison(_frame([]), CurveView(axis=axis)).layout.xaxis
    assert (axis.label, x.title.text, x.tickformat, x.rangemode) == (label, title, form, "tozero")


@pytest.mark.parametrize(
    ("view", "title", "form", "limits", "mode"),
    [
        ({}, "Running accuracy", ".0%", (0, 1), "normal"),
        ({"metric": Metric.LOSS}, "Loss (nats)", ".2f", None, "tozero"),
        ({"metric": Metric.LOSS, "is_log": True}, "Loss (nats)", ".2f", None, "normal"),
    ],
)
def test_y_axis_has_its_name_unit_and_limits(view, title, form, limits, mode):
    y = draw_comparison(_frame([]), CurveView(**view)).layout.yaxis
    assert (y.title.text, y.tickformat, y.range, y.rangemode) == (title, form, limits, mode)


def test_other_axes_do_not_keep_the_readers_view():
    views = [
        CurveView(metric=metric, axis=axis, is_log=is_log)
        for metric in Metric
        for axis in Axis
        for is_log in ((False, True) if metric is Metric.LOSS else (False,))
    ]
    kept = {draw_comparison(_frame([]), v, revision="r").layout.uirevision for v in views}
    assert len(kept) == len(views)


def test_loss_is_described_in_nats():
    view = CurveView(metric=Metric.LOSS, axis=Axis.SECONDS)
    frame = _frame([_record("a", [0.1, 0.25])], metric=Metric.LOSS, axis=Axis.SECONDS)
    assert describe_comparison(frame, view) == (
        "Loss over seconds of training, pauses not counted; latest: name of a 1.25."
    )
