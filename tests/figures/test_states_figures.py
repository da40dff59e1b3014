"""The heat-map of states, the course of one unit, and the gates."""

import re

import pytest

from rnndash.figures.gates import draw_gates, gates_frame
from rnndash.figures.letters import LETTER_STYLES
from rnndash.figures.unit_course import course_frame, draw_course
from tests.figures.readings import WORDS, made_states

each_page = pytest.mark.parametrize("is_dark", [False, True])


@pytest.mark.parametrize("draw", [draw_course, draw_gates], ids=["course", "gates"])
def test_hover_shows_words_and_no_tags(draw):
    frame = course_frame(made_states(), WORDS, 0)
    figure = draw(frame, WORDS, *([0] if draw is draw_course else []))
    assert list(figure.data[0].customdata) == ["oil", "&lt;b>&amp;", "oil"]
    assert not re.search("<b>", "".join(figure.layout.xaxis.ticktext))


@each_page
def test_letters_look_alike_in_all_figures(is_dark):
    lines = draw_gates(gates_frame(made_states(), WORDS, unit=0), WORDS, is_dark=is_dark).data
    for letter, line in zip("ifgo", lines, strict=True):
        style = LETTER_STYLES[letter]
        assert line.line.color == (style.dark if is_dark else style.light)
        assert (line.line.dash, line.marker.symbol) == (style.dash, style.marker)
