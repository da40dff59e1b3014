"""What the Compare page draws at first, what a link may set, and a run's line of results."""

from dataclasses import replace

import pytest
import streamlit as st

from rnndash.figures.comparison import Axis, CurveView
from rnndash.figures.curves import Metric
from rnndash.results import RunState
from rnndash.ui.compare import curves
from rnndash.ui.compare.curves import _result, choose_view, show_curves, show_facts
from tests.made_runs import FINISHED, STARTED
from tests.ui.records import made_held_out, made_points, made_record

NO_REFERENCE = (
    "The lesson's curves are not drawn here: it published only running accuracy over texts read."
)
PLAIN = CurveView(
    metric=Metric.RUNNING,
    axis=Axis.SAMPLES,
    smoothing=0.0,
    is_log=False,
    is_grouped=False,
    has_reference=False,
)


@pytest.fixture
def still(screen):
    """Controls that nobody has touched."""
    screen.values.update(smoothing=0.0, group=False, reference=False, log=False)
    return screen


@pytest.mark.usefixtures("still")
def test_first_view_is_running_accuracy_over_texts_as_logged():
    assert choose_view() == PLAIN


@pytest.mark.usefixtures("still")
def test_link_sets_curve_and_axis():
    st.query_params.update(metric=Metric.LOSS, x=Axis.SECONDS)
    assert choose_view() == replace(PLAIN, metric=Metric.LOSS, axis=Axis.SECONDS)


@pytest.mark.usefixtures("still")
def test_link_to_a_curve_that_there_is_not_gives_the_first_view():
    st.query_params.update(metric="beauty", x="moons")
    assert choose_view() == PLAIN


@pytest.mark.parametrize("metric", list(Metric))
def test_only_the_loss_has_a_log_scale(still, metric):
    st.query_params["metric"] = metric
    choose_view()
    assert still.widget("log").options["disabled"] == (metric is not Metric.LOSS)


@pytest.mark.parametrize(
    ("has_reference", "axis", "is_noted"),
    [
        (False, Axis.SECONDS, False),
        (True, Axis.SAMPLES, False),
        (True, Axis.SECONDS, True),
    ],
)
def test_lesson_s_curves_that_cannot_be_drawn_are_noted(
    monkeypatch, screen, has_reference, axis, is_noted
):
    monkeypatch.setattr(curves, "show_growing_chart", lambda *_, **__: None)
    record = made_record(points=made_points(2.0))
    view = replace(PLAIN, has_reference=has_reference, axis=axis)
    show_curves([record], {record.run_id: "A"}, view)
    notes = [Metric.RUNNING.explanation, *[NO_REFERENCE] * is_noted]
    assert screen.texts("caption") == [" ".join(notes)]


def test_result_of_a_run_that_has_not_begun_is_dashes():
    assert _result(made_record(), "A", 0.8) == {
        "Run": "A",
        "Test accuracy": "–",
        "95% interval": "–",
        "Held-out": "–",
        "Running": "–",
        "Texts to 80%": "–",
        "Time to 80%": "–",
        "Epoch time": "–",
        "Padding": "–",
        "Parameters": "–",
    }


def test_result_of_a_finished_run_has_all_numbers():
    record = made_record(
        started=STARTED,
        points=made_points(2.0, 4.0),
        held_out=made_held_out(0.7, 0.8),
        finished=FINISHED,
    )
    assert _result(record, "A", 0.8) == {
        "Run": "A",
        "Test accuracy": "81.2%",
        "95% interval": "71.3% to 88.3%",
        "Held-out": "80.0%",
        "Running": "52.0%",
        "Texts to 80%": "400",
        "Time to 80%": "4 s",
        "Epoch time": "4 s",
        "Padding": "25.0%",
        "Parameters": "10",
    }


@pytest.mark.parametrize(("target", "texts"), [(0.7, "200"), (0.71, "400"), (0.81, "–")])
def test_accuracy_is_reached_at_the_first_measurement_that_is_no_less(target, texts):
    record = made_record(held_out=made_held_out(0.7, 0.8))
    assert _result(record, "A", target)[f"Texts to {target:.0%}"] == texts


def test_runs_without_a_difference_say_so_instead_of_an_empty_table(screen):
    screen.values["differences"] = True
    ids = ("20261129-120000-abcd-rnn", "20261129-120000-abcd-rnn-2")
    records = [made_record(run_id, state=RunState.FINISHED) for run_id in ids]
    show_facts(records, dict(zip(ids, "AB", strict=True)))
    assert (screen.texts("caption"), screen.of("dataframe")) == (
        ["These runs do not differ."],
        [],
    )
