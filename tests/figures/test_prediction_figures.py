import pytest

from rnndash.config.model_kind import ModelKind
from rnndash.figures.class_probabilities import (
    describe_probabilities,
    draw_probabilities,
)
from rnndash.figures.left_out import changes_frame, describe_changes, draw_changes
from rnndash.figures.word_saliency import describe_saliency, draw_saliency, saliency_frame
from tests.figures.made_answers import made_alternatives, made_prediction, made_saliency


def test_each_kind_has_a_pattern_of_its_own():
    assert len({kind.style.pattern for kind in ModelKind}) == len(ModelKind)


@pytest.mark.parametrize(
    ("figure", "words", "title", "missing", "described"),
    [
        (
            draw_probabilities([]),
            describe_probabilities([]),
            "Probability of each class",
            "No answer yet: type a text with at least one word.",
            "Probability of each class: no answer yet.",
        ),
        (
            draw_saliency(saliency_frame(made_saliency()).head(0), "X"),
            describe_saliency(saliency_frame(made_saliency()).head(0), "X"),
            "For and against X",
            "No word yet: type a text with at least one.",
            "For and against X: no word yet.",
        ),
        (
            draw_changes(changes_frame(made_alternatives((), ())), "X"),
            describe_changes(changes_frame(made_alternatives((), ())), "X"),
            "Change of the probability of X",
            "No other form of the text: type at least two words.",
            "Change of the probability of X: no other form of the text.",
        ),
    ],
    ids=["probabilities", "saliency", "changes"],
)
def test_figure_without_numbers_is_titled_and_says_what_is_missing(
    figure, words, title, missing, described
):
    assert figure.layout.title.text == title
    assert [note.text for note in figure.layout.annotations] == [missing]
    assert words == described


@pytest.mark.parametrize(
    ("draw", "frame", "title"),
    [
        (draw_probabilities, [made_prediction([0.25, 0.75])], ()),
        (draw_saliency, saliency_frame(made_saliency()), ("X",)),
        (draw_changes, changes_frame(made_alternatives()), ("X",)),
    ],
)
def test_dark_page_has_other_colours(draw, frame, title):
    light, dark = (draw(frame, *title, is_dark=is_dark).data[0] for is_dark in (False, True))
    assert light.marker.color != dark.marker.color
