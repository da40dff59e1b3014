from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rnndash.config.model_kind import ModelKind
from rnndash.figures.class_probabilities import (
    describe_probabilities,
    draw_probabilities,
)
from rnndash.figures.left_out import changes_frame, describe_changes, draw_changes
from rnndash.figures.word_saliency import describe_saliency, draw_saliency, saliency_frame
from rnndash.inspection.attributions import Method, Saliency
from rnndash.inspection.encoded_text import EncodedText
from rnndash.inspection.network_info import NetworkInfo
from rnndash.inspection.predictions import Prediction
from rnndash.inspection.variants import Alternatives, Variant
from tests.figures.hover import hover_texts

NAMES = ("2024", "<b>Sports</b> & more")
TEXT = EncodedText(tokens=("<i>oil</i>", "&", "fall"), ids=(5, 1, 7), words_in_all=3)
LONG_NAME = "A class with quite a long name"


def _reading(probabilities, kind=ModelKind.LSTM, names=NAMES, label=None):
    network = NetworkInfo(label=label or kind.label, kind=kind, class_names=names)
    return Prediction(
        network=network, text=TEXT, probabilities=np.array(probabilities), seconds=0.1
    )


def _saliency(scores=(0.5, -1.25, 0.25)):
    return Saliency(
        network=NetworkInfo(label="LSTM", kind=ModelKind.LSTM, class_names=NAMES),
        text=TEXT,
        method=Method.INTEGRATED_GRADIENTS,
        class_name=NAMES[1],
        scores=np.array(scores),
        logit=1.0,
        baseline_logit=0.5,
    )


def _alternatives(after=((0.75, 0.25), (0.25, 0.75), (0.5, 0.5)), done=("a", "<b>", "c")):
    return Alternatives(
        network=NetworkInfo(label="LSTM", kind=ModelKind.LSTM, class_names=NAMES),
        text=TEXT,
        before=np.array([0.625, 0.375]),
        variants=tuple(
            Variant(done=what, touched=(place,), order=()) for place, what in enumerate(done)
        ),
        after=np.array(after).reshape(len(after), 2),
    )


def test_each_network_has_a_bar_for_each_class():
    figure = draw_probabilities([_reading([0.25, 0.75]), _reading([0.5, 0.5], ModelKind.RNN)])
    assert [list(bars.x) for bars in figure.data] == [[0.25, 0.75], [0.5, 0.5]]
    assert [list(bars.customdata) for bars in figure.data] == [
        ["2024", "&lt;b>Sports&lt;/b> &amp; more"]
    ] * 2
    assert [list(bars.text) for bars in figure.data] == [["", "75.0%"], ["50.0%", ""]]


def test_bars_of_a_network_are_its_probabilities():
    (bars,) = draw_probabilities([_reading([0.25, 0.75])]).data
    assert (list(bars.x), list(bars.y), list(bars.text)) == ([0.25, 0.75], [0, 1], ["", "75.0%"])


def test_legend_names_the_answer_as_plain_text():
    (bars,) = draw_probabilities([_reading([0.25, 0.75])]).data
    assert bars.name == "LSTM: &lt;b>Sports&lt;/b> &amp; more"


def test_class_names_on_the_axis_are_plain_text():
    axis = draw_probabilities([_reading([0.25, 0.75])]).layout.yaxis
    assert axis.ticktext == ("2024", "&lt;b>Sports&lt;/b> &amp; more")


def test_long_class_name_is_cut_on_the_axis():
    frame = [_reading([0.25, 0.75], names=(LONG_NAME, "b"))]
    assert draw_probabilities(frame).layout.yaxis.ticktext[0] == "A class with quite a lo…"


def test_each_kind_has_a_pattern_of_its_own():
    assert len({kind.style.pattern for kind in ModelKind}) == len(ModelKind)


def test_two_networks_of_a_kind_have_different_colours():
    frame = [_reading([0.25, 0.75]), _reading([0.5, 0.5])]
    figure = draw_probabilities(frame)
    assert len({bars.marker.color for bars in figure.data}) == 2


def test_classes_of_networks_that_differ_are_all_there():
    frame = [_reading([0.2, 0.8]), _reading([0.5, 0.5], names=("x", "2024"))]
    figure = draw_probabilities(frame)
    assert [list(bars.y) for bars in figure.data] == [[0, 1], [2, 0]]


def test_probabilities_are_told_in_words():
    frame = [_reading([0.25, 0.75]), _reading([0.6, 0.4], ModelKind.RNN)]
    assert describe_probabilities(frame) == (
        "Probability of each class; most probable: LSTM <b>Sports</b> & more (75.0%), "
        "Simple RNN 2024 (60.0%)."
    )


def test_saliency_has_a_row_for_each_word():
    assert saliency_frame(_saliency()).to_numpy().tolist() == [
        [0, "<i>oil</i>", False, 0.5],
        [1, "&", True, -1.25],
        [2, "fall", False, 0.25],
    ]


def test_words_stand_at_their_positions_as_plain_text():
    figure = draw_saliency(saliency_frame(_saliency()), NAMES[1])
    axis = figure.layout.xaxis
    assert axis.tickvals == (0, 1, 2)
    assert axis.ticktext == ("&lt;i>oil&lt;/i>", "<i>&amp;</i>", "fall")


def test_of_many_words_some_are_written_and_all_have_their_bars():
    row = saliency_frame(_saliency()).iloc[[1]]
    frame = pd.concat([row.assign(position=at, word=f"word{at}") for at in range(200)])
    figure = draw_saliency(frame, "X")
    (bars,) = figure.data
    axis = figure.layout.xaxis
    assert len(axis.tickvals) == len(axis.ticktext) == 50
    assert axis.ticktext[-1] == f"<i>word{axis.tickvals[-1]}</i>"
    assert len(bars.y) == len(bars.customdata) == 200
    assert bars.customdata[199] == "word199 (unknown word)"


def test_bars_are_the_signed_scores():
    (bars,) = draw_saliency(saliency_frame(_saliency()), NAMES[1]).data
    assert (list(bars.x), list(bars.y)) == ([0, 1, 2], [0.5, -1.25, 0.25])


def test_hover_says_the_word_as_plain_text_and_whether_it_is_known():
    (bars,) = draw_saliency(saliency_frame(_saliency()), NAMES[1]).data
    assert list(bars.customdata) == ["&lt;i>oil&lt;/i>", "&amp; (unknown word)", "fall"]


def test_saliency_s_title_is_plain_text():
    title = draw_saliency(saliency_frame(_saliency()), NAMES[1]).layout.title.text
    assert title == "For and against &lt;b>Sports&lt;/b> &amp; more"


@pytest.mark.parametrize(
    ("scores", "told"),
    [
        ((0.5, -1.25, 0.25), "most for it: <i>oil</i> (+0.500), fall (+0.250); most against it: "),
        ((0.0, 0.0, 0.0), "Share of 3 words in the logit of X; no word counts either way."),
        ((-1.0, -2.0, 0.0), "in the logit of X; most against it: & (-2.000), <i>oil</i> (-1.000)."),
    ],
)
def test_saliency_is_told_in_words(scores, told):
    assert told in describe_saliency(saliency_frame(_saliency(scores)), "X")


def test_changes_are_ranked():
    assert changes_frame(_alternatives()).to_numpy().tolist() == [
        [1, "<b>", -0.375, 0.25, NAMES[1], True],
        [0, "a", 0.125, 0.75, NAMES[0], False],
        [2, "c", -0.125, 0.5, NAMES[0], False],
    ]


def test_bars_of_changes_are_in_percentage_points():
    (bars,) = draw_changes(changes_frame(_alternatives()), NAMES[0]).data
    assert list(bars.x) == [-37.5, 12.5, -12.5]


def test_what_was_done_is_plain_text():
    axis = draw_changes(changes_frame(_alternatives()), NAMES[0]).layout.yaxis
    assert axis.ticktext == ("&lt;b>", "a", "c")


def test_what_was_done_is_broken_into_lines_and_its_rows_are_higher():
    short, long = (
        draw_changes(changes_frame(_alternatives([(0.5, 0.5)] * 9, [done] * 9)), "X").layout
        for done in ("without “oil”", "“<b>” (word 10) and “prices” (word 12) swapped")
    )
    assert long.yaxis.ticktext[0] == "“&lt;b>” (word 10) and<br>“prices” (word 12) swapped"
    assert long.height > short.height


def test_bar_that_turns_the_answer_names_the_new_one():
    (bars,) = draw_changes(changes_frame(_alternatives()), NAMES[0]).data
    assert list(bars.text) == ["now &lt;b>Sports&lt;/b> &amp; more", "", ""]


def test_only_the_largest_changes_are_drawn_and_the_title_says_so():
    many = _alternatives(after=[(0.5, 0.5)] * 30, done=["x"] * 30)
    figure = draw_changes(changes_frame(many), "X")
    assert len(figure.data[0].x) == 20
    assert figure.layout.title.text == "Change of the probability of X, the largest 20 of 30"


def test_changes_are_told_in_words():
    assert describe_changes(changes_frame(_alternatives()), "X") == (
        "Change of the probability of X, largest first: <b> -37.5 points, a +12.5 points, "
        "c -12.5 points. The answer turns in 1 of 3 variants."
    )


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
            draw_saliency(saliency_frame(_saliency()).head(0), "X"),
            describe_saliency(saliency_frame(_saliency()).head(0), "X"),
            "For and against X",
            "No word yet: type a text with at least one.",
            "For and against X: no word yet.",
        ),
        (
            draw_changes(changes_frame(_alternatives((), ())), "X"),
            describe_changes(changes_frame(_alternatives((), ())), "X"),
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
        (draw_probabilities, [_reading([0.25, 0.75])], ()),
        (draw_saliency, saliency_frame(_saliency()), ("X",)),
        (draw_changes, changes_frame(_alternatives()), ("X",)),
    ],
)
def test_dark_page_has_other_colours(draw, frame, title):
    light, dark = (draw(frame, *title, is_dark=is_dark).data[0] for is_dark in (False, True))
    assert light.marker.color != dark.marker.color


def test_hover_of_probabilities_reads_out_class_and_share():
    (bars,) = draw_probabilities([_reading([0.25, 0.75])]).data
    assert hover_texts(bars) == ["2024: 25.00%", "<b>Sports</b> & more: 75.00%"]


def test_hover_of_saliency_reads_out_word_and_signed_share():
    (bars,) = draw_saliency(saliency_frame(_saliency()), NAMES[1]).data
    assert hover_texts(bars) == [
        "<i>oil</i>\n+0.5000",
        "& (unknown word)\n−1.2500",
        "fall\n+0.2500",
    ]


def test_hover_of_changes_reads_out_what_was_done_and_what_became_of_it():
    (bars,) = draw_changes(changes_frame(_alternatives()), NAMES[0]).data
    assert list(bars.y) == [0, 1, 2]
    assert hover_texts(bars) == [
        "<b>\n−37.50 points, to 25.0%\nanswers <b>Sports</b> & more",
        "a\n+12.50 points, to 75.0%\nanswers 2024",
        "c\n−12.50 points, to 50.0%\nanswers 2024",
    ]


def test_bars_that_turn_the_answer_are_hatched_and_the_sign_has_a_colour():
    (bars,) = draw_changes(changes_frame(_alternatives()), NAMES[0]).data
    assert list(bars.marker.pattern.shape) == ["/", "", ""]
    down, up, again = bars.marker.color
    assert down == again != up


def test_change_of_nothing_has_the_colour_of_a_rise():
    (bars,) = draw_changes(
        changes_frame(_alternatives([(0.75, 0.25), (0.625, 0.375)], "ab")), "X"
    ).data
    assert bars.marker.color[0] == bars.marker.color[1]


def test_largest_change_stands_at_the_top():
    layout = draw_changes(changes_frame(_alternatives()), NAMES[0]).layout
    assert (layout.yaxis.range, layout.yaxis.tickvals) == ((2.5, -0.5), (0, 1, 2))
    assert layout.xaxis.title.text == "Change (percentage points)"
    assert layout.title.text == "Change of the probability of 2024"


@pytest.mark.parametrize(("number", "cut"), [(20, ""), (21, ", the largest 20 of 21")])
def test_title_says_from_how_many_on_changes_are_left_out(number, cut):
    many = _alternatives(after=[(0.5, 0.5)] * number, done=["x"] * number)
    title = draw_changes(changes_frame(many), "X").layout.title.text
    assert title == f"Change of the probability of X{cut}"


def test_three_largest_changes_are_described():
    many = _alternatives(after=[(0.5, 0.5)] * 4, done="abcd")
    assert describe_changes(changes_frame(many), "X") == (
        "Change of the probability of X, largest first: a -12.5 points, b -12.5 points, "
        "c -12.5 points. The answer turns in 0 of 4 variants."
    )


def test_saliency_has_colours_by_sign_and_hatches_unknown_words():
    (bars,) = draw_saliency(saliency_frame(_saliency((0.0, -1.25, 0.25))), NAMES[1]).data
    zero, against, rise = bars.marker.color
    assert zero == rise != against
    assert list(bars.marker.pattern.shape) == ["", "/", ""]


def test_saliency_is_described_by_three_words_either_way():
    text = EncodedText(tokens=tuple("abcdefgh"), ids=(5,) * 8, words_in_all=8)
    scores = np.array([1.0, 2.0, 3.0, 4.0, -1.0, -2.0, -3.0, -4.0])
    frame = saliency_frame(replace(_saliency(), text=text, scores=scores))
    assert describe_saliency(frame, "X") == (
        "Share of 8 words in the logit of X; most for it: d (+4.000), c (+3.000), b (+2.000); "
        "most against it: h (-4.000), g (-3.000), f (-2.000)."
    )


@pytest.mark.parametrize(("length", "cut"), [(24, "x" * 24), (25, "x" * 23 + "…")])
def test_class_names_of_more_than_24_characters_are_cut_on_the_axis(length, cut):
    frame = [_reading([0.25, 0.75], names=("x" * length, "b"))]
    figure = draw_probabilities(frame)
    assert figure.layout.yaxis.ticktext == (cut, "b")
    assert hover_texts(figure.data[0])[0] == f"{'x' * length}: 25.00%"


def test_classes_stand_in_their_order_from_the_top():
    layout = draw_probabilities([_reading([0.25, 0.75])]).layout
    assert (layout.yaxis.range, layout.yaxis.tickvals) == ((1.5, -0.5), (0, 1))
    assert (layout.xaxis.range, layout.xaxis.tickvals) == ((0, 1.08), (0, 0.25, 0.5, 0.75, 1))
    assert layout.xaxis.title.text == "Probability of each class"


@pytest.mark.parametrize("is_dark", [False, True])
def test_bars_of_a_kind_have_its_colour_and_pattern(is_dark):
    frame = [_reading([0.25, 0.75], kind) for kind in ModelKind]
    for kind, bars in zip(ModelKind, draw_probabilities(frame, is_dark=is_dark).data, strict=True):
        assert bars.marker.color == (kind.style.dark if is_dark else kind.style.light)
        assert bars.orientation == "h"


@pytest.mark.parametrize(("networks", "height"), [(1, 220), (5, 100 + 2 * (14 + 16 * 5))])
def test_bars_of_many_networks_have_more_room(networks, height):
    frame = [_reading([0.25, 0.75])] * networks
    assert draw_probabilities(frame).layout.height == height
