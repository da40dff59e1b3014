import plotly.graph_objects as go

from rnndash.figures.library import CLOUD_BUTTONS, plotly_javascript, standalone_html

FIGURE = go.Figure(go.Scatter(x=[1, 2], y=[3, 4], name="</script><b>mine</b>"))


def test_page_brings_its_library_along_and_opens_alone():
    page = standalone_html(FIGURE, "Curves & more")
    assert "<title>Curves &amp; more</title>" in page
    assert page.count("<script src=") == 0
    assert len(page) > 1_000_000


def test_text_of_a_user_ends_no_script():
    page = standalone_html(FIGURE, "x")
    assert "</script><b>mine</b>" not in page


def test_page_offers_no_upload_of_the_chart():
    page = standalone_html(FIGURE, "x")
    removed = page.partition('"modeBarButtonsToRemove": [')[2].partition("]")[0]
    assert set(CLOUD_BUTTONS) <= {name.strip('" ') for name in removed.split(",")}


def test_buttons_that_upload_are_known_to_the_library_under_these_names():
    assert any(f'name:"{name}"' in plotly_javascript() for name in CLOUD_BUTTONS)
