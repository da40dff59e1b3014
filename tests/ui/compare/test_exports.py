"""What the buttons give: the names of the files, and what is in them."""

import io
import json
import zipfile

import pandas as pd
import pytest

from rnndash.figures.comparison import CurveView
from rnndash.figures.curves import Metric
from rnndash.ui.compare.exports import show_downloads, show_run_downloads
from tests.made_runs import FINISHED, HELD_OUT, POINT, STARTED, make_predictions, make_run


@pytest.fixture
def runs(store, screen):
    """Two runs, one of them active."""
    ids = [make_run(store, STARTED, POINT, HELD_OUT, FINISHED)]
    ids.append(make_run(store, STARTED, POINT, model="lstm"))
    make_predictions(store, ids[0], [0, 1], [0, 0])
    records = [store.record(run_id) for run_id in ids]
    return records, {run_id: f"name of {run_id}" for run_id in ids}


def _file(screen, key):
    """Name, kind and content of the file of a button."""
    button = screen.widget(key)
    (make,) = button.options["args_after"]
    return button.options["file_name"], button.options["mime"], make()


def test_curves_are_a_table_with_a_row_for_each_point(screen, runs):
    records, labels = runs
    show_downloads(records, labels, CurveView())
    name, mime, content = _file(screen, "curves_csv")
    assert (name, mime) == ("rnndash-curves.csv", "text/csv")
    text = content if isinstance(content, str) else content.decode()
    table = pd.read_csv(io.StringIO(text), comment="#")
    assert set(labels.values()) <= set(table.astype(str).to_numpy().ravel())
    assert len(table) >= 2


def test_results_name_each_run_with_its_settings(screen, runs):
    records, labels = runs
    show_downloads(records, labels, CurveView())
    name, mime, content = _file(screen, "results_json")
    assert (name, mime) == ("rnndash-results.json", "application/json")
    written = json.dumps(json.loads(content))
    assert all(record.run_id in written for record in records)
    assert "0.8125" in written


def test_figure_is_a_page_titled_by_its_metric(screen, runs):
    records, labels = runs
    show_downloads(records, labels, CurveView(metric=Metric.LOSS))
    name, mime, content = _file(screen, "figure_html")
    assert (name, mime) == ("rnndash-figure.html", "text/html")
    assert "<title>rnndash: Loss</title>" in content
    assert all(label in content for label in labels.values())


def test_run_is_a_zip_named_by_its_id(screen, runs):
    records, labels = runs
    screen.values["take"] = records[0].run_id
    show_run_downloads(records, labels)
    name, mime, content = _file(screen, "run_zip")
    assert (name, mime) == (f"{records[0].run_id}.zip", "application/zip")
    data = content if isinstance(content, bytes) else content.read()
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None


def test_code_of_a_run_is_of_its_own_model(screen, runs):
    records, labels = runs
    screen.values["take"] = records[1].run_id
    show_run_downloads(records, labels)
    name, mime, content = _file(screen, "run_code")
    assert (name, mime) == (f"{records[1].run_id}-code.zip", "application/zip")
    data = content if isinstance(content, bytes) else content.read()
    bundle = zipfile.ZipFile(io.BytesIO(data))
    (script,) = (part for part in bundle.namelist() if part.endswith(".py"))
    assert "nn.LSTM" in bundle.read(script).decode()
    assert "nn.LSTM" in screen.of("code")[0].label


@pytest.mark.parametrize(("place", "is_disabled"), [(0, False), (1, True)])
def test_active_run_cannot_be_exported(screen, runs, place, is_disabled):
    records, labels = runs
    screen.values["take"] = records[place].run_id
    show_run_downloads(records, labels)
    assert screen.widget("run_zip").options["disabled"] == is_disabled
    assert not screen.widget("run_code").options["disabled"]
