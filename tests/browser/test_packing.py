"""The steps of a minibatch are walked through in a real browser."""

import re

import pytest
from playwright.sync_api import expect

SHAPES = """n => JSON.stringify(
    document.querySelectorAll('.pictures .js-plotly-plot')[n].layout.shapes
        .filter(s => s.line.width === 3 && s.type === 'rect')
        .map(s => [s.x0, s.y0, s.x1, s.y1]))"""
DRAWN = "document.querySelectorAll('.pictures .point').length"


@pytest.fixture
def page(open_tab):
    page = open_tab("/packing")
    page.wait_for_function(f"{DRAWN} === 15 + 9 + 9")
    return page


def _lit(page):
    """The lit boxes of the three pictures: from x, y to x, y."""
    return [page.evaluate(SHAPES, number) for number in range(3)]


def test_slider_lights_up_all_three_pictures_and_the_link_keeps_the_step(page, open_tab):
    assert _lit(page) == [
        "[[-0.5,-0.5,0.5,2.5]]",
        "[[-0.5,-0.5,0.5,2.5]]",
        "[[-0.5,-0.5,2.5,0.5]]",
    ]
    slider = page.get_by_role("slider", name="Time step")
    slider.focus()
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    expect(page.get_by_text("data[5:7] = 3, 8")).to_be_visible()
    expected = ["[[1.5,-0.5,2.5,2.5]]", "[[1.5,-0.5,2.5,1.5]]", "[[4.5,-0.5,6.5,0.5]]"]
    assert _lit(page) == expected
    page.wait_for_url(re.compile("step=2"))
    again = open_tab("/packing?" + page.url.split("?")[1])
    again.wait_for_function(f"{DRAWN} === 15 + 9 + 9")
    assert _lit(again) == expected


def test_play_walks_to_the_last_step_and_stops(page):
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_text("batch_sizes[4] = 1")).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.wait_for_url(re.compile("step=4"))


def test_pointing_at_a_token_names_its_row_step_and_place_everywhere(page):
    cell = page.locator(".pictures > div").nth(2).locator(".point").nth(6)
    box = cell.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    labels = page.locator(".pictures .hovertext")
    expect(labels).to_have_count(3)
    for label in labels.all_text_contents():
        assert "row 1, step 2" in label
        assert "place 6" in label


def test_typed_nonsense_is_reported_and_mended(page):
    page.get_by_text("Typed by hand").click()
    rows = page.get_by_role("textbox", name="Rows")
    rows.fill("1, 2 / three")
    rows.press("Enter")
    expect(page.get_by_text("'three', which is not an id")).to_be_visible()
    rows.fill("4 / 5 6")
    rows.press("Enter")
    page.wait_for_function(f"{DRAWN} === 4 + 3 + 3")


def test_times_are_measured_on_request(open_tab):
    page = open_tab("/packing?chapter=costs&rows_timed=8&longest_timed=10&hidden_timed=4")
    page.get_by_role("button", name="Measure on this machine").click()
    expect(page.locator(".st-key-times .legendtext")).to_have_count(2)
    expect(page.get_by_text("Medians of at least")).to_be_visible()
