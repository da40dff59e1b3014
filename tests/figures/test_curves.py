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
from tests.figures.hover import hover_texts

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


@pytest.mark.parametrize(
    ("metric", "texts"),
    [
        (Metric.RUNNING, ["10.0% at 100 texts, 10 s", "100.0% at 1,000 texts, 100 s"]),
        (Metric.WINDOW, ["11.1% at 100 texts, 10 s", "111.1% at 1,000 texts, 100 s"]),
        (Metric.LOSS, ["1.000 nats at 100 texts, 10 s", "0.100 nats at 1,000 texts, 100 s"]),
        (Metric.HELD_OUT, ["25.0% at 150 texts, 15 s"]),
    ],
)
def test_hover_reads_out_value_texts_and_seconds(metric, texts):
    curves = curves_of([_record(samples=(100, 1_000))], metric)
    assert hover_texts(draw_curves(curves, metric, samples_total=300).data[0]) == texts


@pytest.mark.parametrize(
    ("samples", "metric", "mode"),
    [
        ((100, 200), Metric.RUNNING, "lines+markers"),
        ((100, 200, 300), Metric.RUNNING, "lines"),
        ((100, 200, 300), Metric.HELD_OUT, "lines+markers"),
    ],
)
def test_points_are_marked_where_they_are_few(samples, metric, mode):
    curves = curves_of([_record(samples=samples)], metric)
    assert draw_curves(curves, metric, samples_total=300).data[0].mode == mode


@pytest.mark.parametrize("is_dark", [False, True])
def test_each_model_has_its_own_look(is_dark):
    curves = curves_of([_record(kind) for kind in ModelKind], Metric.RUNNING)
    for kind, line in zip(
        ModelKind,
        draw_curves(curves, Metric.RUNNING, samples_total=1, is_dark=is_dark).data,
        strict=True,
    ):
        colour = kind.style.dark if is_dark else kind.style.light
        assert (line.line.color, line.marker.color) == (colour, colour)
        assert (line.line.dash, line.marker.symbol) == (kind.style.dash, kind.style.marker)
        assert line.uid == f"run-{kind}"


@pytest.mark.parametrize(
    ("metric", "title", "form", "limits", "mode"),
    [
        (Metric.RUNNING, "Running accuracy", ".0%", (0, 1), "normal"),
        (Metric.WINDOW, "Window accuracy", ".0%", (0, 1), "normal"),
        (Metric.HELD_OUT, "Held-out accuracy", ".0%", (0, 1), "normal"),
        (Metric.LOSS, "Loss (nats)", ".2f", None, "tozero"),
    ],
)
def test_axes_have_names_units_and_limits(metric, title, form, limits, mode):
    layout = draw_curves([], metric, samples_total=7).layout
    y = layout.yaxis
    assert (y.title.text, y.tickformat, y.range, y.rangemode) == (title, form, limits, mode)
    x = layout.xaxis
    assert (x.title.text, x.tickformat, x.range) == ("Training texts read", "~s", (0, 7))


def test_loss_is_described_in_nats():
    curves = curves_of([_record("rnn")], Metric.LOSS)
    assert describe_curves(curves, Metric.LOSS) == (
        "Loss over training texts read; latest: Simple RNN 0.33."
    )


@pytest.mark.parametrize("metric", Metric)
def test_explanation_of_a_metric_is_of_that_one(metric):
    says = {
        Metric.RUNNING: "over this epoch so far",
        Metric.WINDOW: "over the latest 1,000 training texts",
        Metric.HELD_OUT: "on a fixed sample of up to 1,000 test texts",
        Metric.LOSS: "Mean cross-entropy",
    }
    assert says[metric] in metric.explanation
