"""A visitor types a headline, sees the networks answer, and looks into a cell, in a browser."""

import re

from playwright.sync_api import expect

from rnndash.ui.url_state import ON_ITS_WAY_S

ARRIVED_MS = 1_000 * ON_ITS_WAY_S + 500
"""After so long another URL is one that the visitor went back to, however slow the machine."""
DRAWN = "document.querySelectorAll('.st-key-{key} .{part}').length"


def _wait_drawn(page, key, part, count):
    page.wait_for_function(f"{DRAWN.format(key=key, part=part)} === {count}")


def test_typed_headline_is_answered_without_pressing_enter(open_tab):
    page = open_tab("/predict")
    _wait_drawn(page, "probabilities", "point", 12)  # 3 networks, 4 classes
    field = page.get_by_role("textbox", name="Headline")
    field.fill("")
    field.type("goal in the cup final")
    chart = page.locator(".st-key-probabilities [role=img]")
    expect(chart).to_have_attribute("aria-label", re.compile("Sports"))
    _wait_drawn(page, "word_by_word", "xtick", 5)
    expect(page.locator(".st-key-word_by_word .xtick").first).to_have_text("goal")
    expect(page).to_have_url(re.compile(r"text=goal\+in\+the\+cup\+final|text=goal%20in"))


def test_markup_in_a_headline_stays_text(open_tab):
    page = open_tab("/predict?look=words&text=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%20oil")
    _wait_drawn(page, "saliency", "point", 8)
    assert page.locator("img[src=x]").count() == 0
    expect(page.get_by_text("<img").first).to_be_visible()


def test_hidden_states_are_drawn_and_a_link_reopens_the_view(open_tab):
    page = open_tab("/inside?text=oil%20prices%20rise")
    page.wait_for_selector(".st-key-states_map .heatmaplayer image")
    page.get_by_text("Gates, step by step").click()
    page.wait_for_url(re.compile("view=gates"))
    expect(page.locator(".st-key-gates .legendtext").first).to_be_visible()
    again = open_tab("/inside?" + page.url.split("?")[1])
    expect(again.get_by_text("Forget gate", exact=True)).to_be_visible()
    expect(again.get_by_role("textbox", name="Headline")).to_have_value("oil prices rise")


def test_many_pasted_texts_are_answered_and_downloaded(open_tab):
    page = open_tab("/predict?look=many")
    lines = page.get_by_role("textbox", name="One text a line, up to 10,000")
    lines.fill("oil prices rise\ngoal in the final")
    lines.blur()
    page.get_by_role("button", name="Answer 2 texts").click()
    expect(page.get_by_text("All networks agree on")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="All answers (CSV)").click()
    content = download.value.path().read_text()
    assert "goal in the final" in content


def test_link_inside_the_dashboard_goes_before_what_was_chosen_earlier(open_tab):
    page = open_tab("/packing")
    page.get_by_text("Wrong turns", exact=True).click()
    page.wait_for_url(re.compile("chapter=wrong_turns"))
    page.get_by_role("link", name="Predict", exact=True).click()
    page.get_by_text("Neighbours", exact=True).click()
    page.get_by_role("link", name="The same with more and more pads").click()
    page.wait_for_url(re.compile("/packing.*chapter=answer"))
    expect(page.locator(".st-key-drift_distance .legendtext").first).to_be_visible()
    expect(page.get_by_role("textbox", name="Text")).to_have_value(re.compile("Oil prices"))


def test_back_and_forward_lead_through_the_looks(open_tab):
    page = open_tab("/predict")
    for look, name in (("words", "Which words counted"), ("what_if", "What if")):
        page.get_by_text(name, exact=True).click()
        page.wait_for_url(re.compile(f"look={look}"))
        page.wait_for_timeout(ARRIVED_MS)
    page.go_back()
    expect(page.locator(".st-key-saliency [role=img]")).to_be_visible()
    page.wait_for_url(re.compile("look=words"))
    page.wait_for_timeout(ARRIVED_MS)
    page.go_forward()
    expect(page.get_by_role("textbox", name="Edited")).to_be_visible()
