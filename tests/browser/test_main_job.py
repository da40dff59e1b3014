"""What a visitor comes for, in a real browser: three networks learn, live, side by side."""

import re

from playwright.sync_api import expect

from rnndash.results import RunState
from tests.waiting import wait_for

LONG = "/train?corpus=headlines&samples=24000&epochs=20&embed_dim=8&hidden_dim=8"
"""A comparison that is not finished before all has been looked at: some minutes."""
POINTS = """() => document.querySelector('.st-key-curves .js-plotly-plot').data
    .map(trace => (trace.x._inputArray ?? trace.x).length)"""
X_RANGE = "document.querySelector('.st-key-curves .js-plotly-plot').layout.xaxis.range"


def _states(store):
    return [store.record(run_id).state for run_id in store.run_ids()]


def _start(page):
    page.get_by_role("button", name="Start training").click()
    page.wait_for_url(re.compile("comparison="))


def test_quick_look_draws_three_curves_to_the_end(open_tab, store):
    page = open_tab("/")
    page.get_by_role("button", name="Start the quick look").click()
    page.wait_for_url(re.compile("/train.*comparison="))
    legend = page.locator(".st-key-curves .legendtext")
    expect(legend).to_have_count(3)
    assert legend.all_text_contents() == ["Simple RNN", "LSTM", "Packed LSTM"]
    wait_for(lambda: _states(store) == [RunState.FINISHED] * 3, "three finished runs")
    expect(page.get_by_text("Test accuracy")).to_have_count(3)
    assert page.evaluate(POINTS) == [100, 100, 100]


def test_curves_grow_in_place_and_keep_the_zoom(open_tab):
    page = open_tab(LONG)
    _start(page)
    expect(page.locator(".st-key-curves .legendtext")).to_have_count(3)
    page.evaluate("document.querySelector('.st-key-curves .js-plotly-plot').marked = true")
    box = page.locator(".st-key-curves .nsewdrag").bounding_box()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.8 * box["height"], steps=5)
    page.mouse.up()
    page.wait_for_function(f"{X_RANGE}[0] > 100")
    zoomed, points = page.evaluate(X_RANGE), page.evaluate(POINTS)
    page.wait_for_function(f"before => ({POINTS})()[0] > before + 3", arg=points[0])
    assert page.evaluate(X_RANGE) == zoomed
    assert page.evaluate("document.querySelector('.st-key-curves .js-plotly-plot').marked")


def test_closed_tab_stops_nothing_and_the_link_leads_back(open_tab, store):
    page = open_tab(LONG)
    _start(page)
    expect(page.locator(".st-key-curves .legendtext")).to_have_count(3)
    link = page.url.split("/train")[1]
    page.close()
    before = [store.record(run_id).samples for run_id in store.run_ids()]
    wait_for(
        lambda: all(
            store.record(run_id).samples > samples
            for run_id, samples in zip(store.run_ids(), before, strict=True)
        ),
        "training that goes on without a tab",
    )
    again = open_tab(f"/train{link}")
    expect(again.locator(".st-key-curves .legendtext")).to_have_count(3)


def test_restarted_server_shows_its_runs_as_interrupted_and_resumes_them(open_tab, own_server):
    server, store = own_server, own_server.store
    page = open_tab(LONG)
    _start(page)
    expect(page.locator(".st-key-curves .legendtext")).to_have_count(3)
    link = page.url.split("/train")[1]
    page.close()
    server.stop()
    wait_for(lambda: _states(store) == [RunState.INTERRUPTED] * 3, "three interrupted runs")
    server.start()
    again = open_tab(f"/train{link}")
    expect(again.get_by_role("button", name="Resume all")).to_be_enabled()
    before = min(store.record(run_id).samples for run_id in store.run_ids())
    again.get_by_role("button", name="Resume all").click()
    wait_for(
        lambda: min(store.record(run_id).samples for run_id in store.run_ids()) > before,
        "training that goes on after the restart",
    )


def test_first_link_to_a_fresh_server_runs_inside_the_frame(open_tab, own_server):
    page = open_tab("/train")
    expect(page.get_by_role("link", name="Home")).to_be_visible()
