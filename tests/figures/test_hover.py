import plotly.graph_objects as go
import pytest

from tests.figures.hover import as_read, hover_text, hover_texts


def test_fields_are_filled_in_in_their_formats():
    trace = go.Scatter(
        x=[1000, 2],
        y=[0.5, 0.25],
        customdata=[["a", 3], ["b", 4]],
        hovertemplate="%{x:,} %{y:.1%} %{customdata[0]}%{customdata[1]}<extra></extra>",
    )
    assert hover_texts(trace) == ["1,000 50.0% a3", "2 25.0% b4"]


def test_cell_of_a_heat_map_is_found_by_row_and_column():
    trace = go.Heatmap(
        x=["a", "b"],
        y=["c", "d"],
        z=[[1, 2], [3, 4]],
        customdata=[[["p"], ["q"]], [["r"], ["s"]]],
        hovertemplate="%{x}%{y}%{z}%{customdata[0]}",
    )
    assert hover_text(trace, (1, 0)) == "ad3r"


def test_tags_act_and_entities_are_read():
    assert as_read("<b>a</b><br>&lt;b>&amp;amp;") == "a\n<b>&amp;"


def test_field_that_is_a_whole_row_is_an_error():
    trace = go.Scatter(y=[1], customdata=[["a", "b"]], hovertemplate="%{customdata}")
    with pytest.raises(AssertionError, match="no single value"):
        hover_texts(trace)


def test_numbers_are_written_as_in_a_browser():
    trace = go.Scatter(x=[100.0], y=[-2.5e-07], hovertemplate="%{x} %{x:,} %{y:.1e} %{y:+.1f}")
    assert hover_texts(trace) == ["100 100 −2.5e−7 −0.0"]
