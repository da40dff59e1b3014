import tomllib
from pathlib import Path

import pytest

from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.events import HeldOut, Measured
from rnndash.figures.curves import (
    CurvePoint,
    Metric,
    curves_of,
    describe_curves,
    draw_curves,
)
from rnndash.results import RunRecord, RunState

ROOT = Path(__file__).parents[2]


def _record(model="rnn", samples=(100, 200, 300)):
    return RunRecord(
        run_id=f"run-{model}",
        comparison="run",
        created=0.0,
        config=RunConfig(model=model, samples=300),
        state=RunState.RUNNING,
        points=tuple(
            Measured(
                samples=n,
                epoch=n / 300,
                seconds=n / 10,
                running_accuracy=n / 1000,
                window_accuracy=n / 900,
                loss=100 / n,
                samples_per_second=10.0,
            )
            for n in samples
        ),
        held_out=(
            HeldOut(samples=150, epoch=0.5, seconds=15.0, texts=80, accuracy=0.25, loss=1.3),
        ),
    )


@pytest.mark.parametrize(
    ("metric", "values"),
    [
        (Metric.RUNNING, [0.1, 0.2, 0.3]),
        (Metric.WINDOW, [100 / 900, 200 / 900, 300 / 900]),
        (Metric.LOSS, [1.0, 0.5, 100 / 300]),
        (Metric.HELD_OUT, [0.25]),
    ],
)
def test_curve_holds_the_logged_points_and_no_others(metric, values):
    (curve,) = curves_of([_record()], metric)
    assert (curve.run_id, curve.model) == ("run-rnn", ModelKind.RNN)
    assert [point.value for point in curve.points] == values


def test_point_says_where_it_was_logged():
    (curve,) = curves_of([_record()], Metric.HELD_OUT)
    assert curve.points == [CurvePoint(samples=150, epoch=0.5, seconds=15.0, value=0.25)]


def test_run_without_points_has_no_curve():
    curves = curves_of([_record("rnn", ()), _record("lstm")], Metric.RUNNING)
    assert [curve.run_id for curve in curves] == ["run-lstm"]


def test_figure_draws_the_curves():
    curves = curves_of([_record("rnn"), _record("lstm", (100, 200))], Metric.RUNNING)
    figure = draw_curves(curves, Metric.RUNNING, samples_total=300)
    assert [(trace.name, list(trace.x), list(trace.y)) for trace in figure.data] == [
        ("Simple RNN", [100, 200, 300], [0.1, 0.2, 0.3]),
        ("LSTM", [100, 200], [0.1, 0.2]),
    ]


def test_axis_is_as_long_as_the_run_from_the_start():
    curves = curves_of([_record()], Metric.RUNNING)
    figure = draw_curves(curves, Metric.RUNNING, samples_total=9_000)
    assert figure.layout.xaxis.range == (0, 9_000)


def test_accuracy_axis_says_percent_and_loss_axis_says_nats():
    def title(metric):
        return draw_curves([], metric, samples_total=1).layout.yaxis

    assert title(Metric.RUNNING).tickformat == ".0%"
    assert title(Metric.LOSS).title.text == "Loss (nats)"


def test_growing_figure_keeps_the_readers_view():
    def revision(samples):
        curves = curves_of([_record(samples=samples)], Metric.RUNNING)
        figure = draw_curves(curves, Metric.RUNNING, samples_total=300, revision="a")
        return figure.layout.uirevision

    assert revision((100,)) == revision((100, 200)) != ""


def test_other_metric_does_not_keep_the_view():
    views = {
        draw_curves([], metric, samples_total=1, revision="a").layout.uirevision
        for metric in Metric
    }
    assert len(views) == len(Metric)


def test_figure_without_points_says_what_is_missing():
    figure = draw_curves([], Metric.RUNNING, samples_total=300)
    assert "as soon as training begins" in figure.layout.annotations[0].text


def test_description_names_each_model_and_its_latest_value():
    curves = curves_of([_record("rnn"), _record("packed_lstm", (100,))], Metric.RUNNING)
    assert describe_curves(curves, Metric.RUNNING) == (
        "Running accuracy over training texts read; latest: Simple RNN 30.0%, Packed LSTM 10.0%."
    )


def test_description_of_nothing_says_so():
    assert describe_curves([], Metric.LOSS) == "Loss: no points yet."


def test_models_differ_by_colour_dash_and_marker():
    for part in ("light", "dark", "dash", "marker", "border"):
        assert len({getattr(kind.style, part) for kind in ModelKind}) == len(ModelKind)


def test_theme_has_the_models_colours():
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
    for name in ("light", "dark"):
        colours = [getattr(kind.style, name) for kind in ModelKind]
        assert theme[name]["chartCategoricalColors"] == colours


@pytest.mark.parametrize("name", ["light", "dark"])
def test_model_colours_stand_out_from_the_page(name):
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
    page = _luminance(theme[name]["backgroundColor"])
    for kind in ModelKind:
        light, dark = sorted((_luminance(getattr(kind.style, name)), page), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def _luminance(colour):
    """Relative luminance after WCAG 2.1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
