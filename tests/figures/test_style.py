"""Figures that follow somebody's typing are small and carry no template."""

import json

from rnndash.figures.style import figure_of, lines_layout


def test_figure_put_together_at_once_has_its_parts():
    figure = figure_of(
        [{"type": "scatter", "y": [1, 2], "name": "a"}, {"type": "bar", "y": [3]}],
        lines_layout(height=120, yaxis={"title_text": "Share", "zeroline": True}),
    )
    assert [trace.type for trace in figure.data] == ["scatter", "bar"]
    assert (figure.layout.height, figure.layout.yaxis.title.text) == (120, "Share")
    assert figure.layout.yaxis.zeroline
    assert not figure.layout.xaxis.zeroline
    assert figure.layout.xaxis.title.standoff == 12


def test_no_template_travels_to_the_browser():
    template = json.loads(figure_of([], {"height": 100}).to_json())["layout"]["template"]
    assert set(template.get("data", {})) <= {"scatter"}
    assert "layout" not in template
