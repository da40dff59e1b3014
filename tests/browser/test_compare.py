"""Three models are trained, compared, taken along and taken in again, in a real browser."""

import csv
import io
import json
import re
import zipfile

import pytest
from msgspec.structs import replace
from playwright.sync_api import expect

from rnndash.config.presets import LESSON_MODELS
from rnndash.config.run_config import RunConfig
from rnndash.results import RunState
from tests.made_runs import FINISHED, HELD_OUT, POINT, STARTED, make_predictions
from tests.waiting import wait_for

LINK = "/train?corpus=headlines&samples=800&embed_dim=8&hidden_dim=8"
CURVES = ".st-key-compared_curves"
NAMES = f"""(() => [...document.querySelectorAll('{CURVES} .legendtext')]
    .map(text => text.textContent))"""
RANGE = f"document.querySelector('{CURVES} .js-plotly-plot').layout.xaxis.range"
HEADER_PX, ROW_PX = 36, 35
SHOW_PX, NAME_PX, DO_PX = 40, 130, 250


@pytest.fixture
def finished(store, server, open_tab):
    """A tab on the Compare page with three finished runs, written by hand."""
    started = replace(STARTED, class_names=("World", "Sports", "Business", "Sci/Tech"))
    confusion = ((18, 2, 0, 0), (0, 20, 0, 0), (0, 0, 20, 0), (1, 0, 0, 19))
    done = replace(FINISHED, confusion=confusion)
    for run_id in store.create([RunConfig(model=model) for model in LESSON_MODELS]):
        for event in (started, POINT, HELD_OUT, done):
            store.append(run_id, event)
        labels = [row for row in range(4) for _ in range(20)]
        make_predictions(store, run_id, labels, labels, "0")
    page = open_tab("/compare")
    page.wait_for_function(f"{NAMES}().length === 3")
    return page


def _click_cell(page, row, x):
    """Click into the runs table, which is a canvas."""
    box = page.locator("[data-testid='stDataFrame'] canvas").first.bounding_box()
    page.mouse.click(box["x"] + x, box["y"] + HEADER_PX + ROW_PX * row + ROW_PX / 2)


def _choose(page, row, action):
    """Choose from the menu of a row."""
    _click_cell(page, row, DO_PX)
    page.get_by_text(action, exact=True).click()


def _rename(page, row, name):
    """Type a name into the table, once the page is at rest."""
    page.wait_for_selector("[data-testid='stApp'][data-test-script-state='notRunning']")
    box = page.locator("[data-testid='stDataFrame'] canvas").first.bounding_box()
    y = box["y"] + HEADER_PX + (row + 0.5) * ROW_PX
    page.mouse.dblclick(box["x"] + NAME_PX, y)
    editor = page.locator("#portal textarea")
    editor.wait_for()
    editor.fill(name)
    page.keyboard.press("Enter")


def test_no_chart_offers_to_be_uploaded(finished):
    buttons = finished.locator(".modebar-btn")
    titles = [button.get_attribute("data-title") for button in buttons.all()]
    assert titles
    assert not [title for title in titles if "hare" in title or "loud" in title]


def _download(page, name):
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def test_three_models_are_trained_and_compared_and_the_link_reopens_the_view(open_tab, store):
    page = open_tab(LINK)
    page.get_by_role("button", name="Start training").click()
    page.wait_for_url(re.compile("comparison="))
    wait_for(
        lambda: (
            [store.record(run_id).state for run_id in store.run_ids()] == [RunState.FINISHED] * 3
        ),
        "three finished runs",
    )
    page.get_by_test_id("stTopNav").get_by_role("link", name="Compare").click()
    page.wait_for_function(f"{NAMES}().length === 3")
    expect(page.get_by_text("This is one seed of each")).to_be_visible()
    assert page.evaluate(NAMES) == ["Simple RNN", "LSTM", "Packed LSTM"]
    page.get_by_text("Loss", exact=True).click()
    page.wait_for_url(re.compile("metric=loss"))
    _click_cell(page, 0, SHOW_PX)
    page.wait_for_function(f"{NAMES}().length === 2")
    page.wait_for_url(lambda url: "-rnn" not in url)
    again = open_tab("/compare?" + page.url.split("?")[1])
    again.wait_for_function(f"{NAMES}().length === 2")
    assert again.evaluate(NAMES) == ["LSTM", "Packed LSTM"]
    expect(again.locator(f"{CURVES} .ytitle")).to_have_text("Loss (nats)")


def test_row_is_shown_alone_named_and_deleted_after_a_second_question(finished, store):
    page = finished
    _choose(page, 1, "Only this one")
    page.wait_for_function(f"{NAMES}().join() === 'LSTM'")
    page.wait_for_url(re.compile("runs=[^,&]*-lstm$"))
    _rename(page, 1, "my <b>LSTM</b>")
    page.wait_for_function(f"{NAMES}().join() === 'my <b>LSTM</b>'")
    _rename(page, 1, "renamed again")
    page.wait_for_function(f"{NAMES}().join() === 'renamed again'")
    before = store.run_ids()
    _choose(page, 0, "Delete…")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("button", name="Keep it")).to_be_hidden()
    assert store.run_ids() == before
    _choose(page, 0, "Delete…")
    page.get_by_role("button", name="Delete it").click()
    wait_for(lambda: len(store.run_ids()) == 2, "one run fewer")


def test_cell_of_a_confusion_matrix_opens_its_texts(finished):
    page = finished
    chart = page.locator(".st-key-confusion .nsewdrag")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    page.mouse.click(box["x"] + 0.9 * box["width"], box["y"] + 0.1 * box["height"])
    page.wait_for_url(re.compile("answered=3"))


def test_every_export_is_downloaded_and_a_run_comes_back(finished, store, tmp_path):
    page = finished
    name, data = _download(page, "All curves (CSV)")
    assert name == "rnndash-curves.csv"
    rows = list(csv.DictReader(io.StringIO(data.decode())))
    assert {row["run_id"] for row in rows} == set(store.run_ids())
    _, data = _download(page, "Settings and results (JSON)")
    assert {run["run_id"] for run in json.loads(data)["runs"]} == set(store.run_ids())
    name, data = _download(page, "This figure")
    assert name == "rnndash-figure.html"
    assert b"Running accuracy" in data
    _, data = _download(page, "The run as code")
    assert "train_run.py" in zipfile.ZipFile(io.BytesIO(data)).namelist()
    name, data = _download(page, "The run, for another dashboard")
    run_id = name.removesuffix(".zip")
    record = store.record(run_id)
    store.delete(run_id)
    (tmp_path / name).write_bytes(data)
    page.get_by_role("button", name="Import a run").click()
    page.locator("input[type=file]").set_input_files(tmp_path / name)
    wait_for(lambda: run_id in store.run_ids(), "the run is back")
    assert store.record(run_id).points == record.points


def test_crafted_archive_is_refused_with_its_reason(finished, store, tmp_path):
    page = finished
    before = store.run_ids()
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr("../../evil.txt", "evil")
    page.get_by_role("button", name="Import a run").click()
    page.locator("input[type=file]").set_input_files(tmp_path / "evil.zip")
    expect(page.get_by_text(re.compile("cannot be imported|refused"))).to_be_visible()
    assert store.run_ids() == before


def test_curves_grow_and_keep_the_zoom_while_a_run_trains(open_tab, store):
    page = open_tab("/train?corpus=headlines&samples=24000&epochs=20&models=rnn")
    page.get_by_role("button", name="Start training").click()
    page.wait_for_url(re.compile("comparison="))
    page.get_by_test_id("stTopNav").get_by_role("link", name="Compare").click()
    page.wait_for_function(f"{NAMES}().length === 1")
    box = page.locator(f"{CURVES} .nsewdrag").bounding_box()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.8 * box["height"], steps=5)
    page.mouse.up()
    page.wait_for_function(f"{RANGE}[0] > 10")
    zoomed = page.evaluate(RANGE)
    samples = f"""() => {{
        const x = document.querySelector('{CURVES} .js-plotly-plot').data[0].x
        return (x._inputArray ?? x).length }}"""
    points = page.evaluate(samples)
    page.wait_for_function(f"before => ({samples})() > before + 3", arg=points)
    assert page.evaluate(RANGE) == zoomed
