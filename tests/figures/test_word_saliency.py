from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rnndash.figures.word_saliency import describe_saliency, draw_saliency, saliency_frame
from rnndash.inspection.encoded_text import EncodedText
from tests.figures.hover import hover_texts
from tests.figures.made_answers import NAMES, made_saliency


def test_saliency_has_a_row_for_each_word():
    assert saliency_frame(made_saliency()).to_numpy().tolist() == [
        [0, "<i>oil</i>", False, 0.5],
        [1, "&", True, -1.25],
        [2, "fall", False, 0.25],
    ]


def test_words_stand_at_their_positions_as_plain_text():
    figure = draw_saliency(saliency_frame(made_saliency()), NAMES[1])
    axis = figure.layout.xaxis
    assert axis.tickvals == (0, 1, 2)
    assert axis.ticktext == ("&lt;i>oil&lt;/i>", "<i>&amp;</i>", "fall")


def test_of_many_words_some_are_written_and_all_have_their_bars():
    row = saliency_frame(made_saliency()).iloc[[1]]
    frame = pd.concat([row.assign(position=at, word=f"word{at}") for at in range(200)])
    figure = draw_saliency(frame, "X")
    (bars,) = figure.data
    axis = figure.layout.xaxis
    assert len(axis.tickvals) == len(axis.ticktext) == 50
    assert axis.ticktext[-1] == f"<i>word{axis.tickvals[-1]}</i>"
    assert len(bars.y) == len(bars.customdata) == 200
    assert bars.customdata[199] == "word199 (unknown word)"


def test_bars_are_the_signed_scores():
    (bars,) = draw_saliency(saliency_frame(made_saliency()), NAMES[1]).data
    assert (list(bars.x), list(bars.y)) == ([0, 1, 2], [0.5, -1.25, 0.25])


def test_hover_says_the_word_as_plain_text_and_whether_it_is_known():
    (bars,) = draw_saliency(saliency_frame(made_saliency()), NAMES[1]).data
    assert list(bars.customdata) == ["&lt;i>oil&lt;/i>", "&amp; (unknown word)", "fall"]


def test_saliency_s_title_is_plain_text():
    title = draw_saliency(saliency_frame(made_saliency()), NAMES[1]).layout.title.text
    assert title == "For and against &lt;b>Sports&lt;/b> &amp; more"


@pytest.mark.parametrize(
    ("scores", "told"),
    [
        ((0.5, -1.25, 0.25), "most for it: <i>oil</i> (+0.500), fall (+0.250); most against it: "),
        ((0.0, 0.0, 0.0), "Share of 3 words in the logit of X; no word counts either way."),
        ((-1.0, -2.0, 0.0), "in the logit of X; most against it: & (-2.000), <i>oil</i> (-1.000)."),
    ],
)
def test_saliency_is_described_in_words(scores, told):
    assert told in describe_saliency(saliency_frame(made_saliency(scores)), "X")


def test_hover_of_saliency_reads_out_word_and_signed_share():
    (bars,) = draw_saliency(saliency_frame(made_saliency()), NAMES[1]).data
    assert hover_texts(bars) == [
        "<i>oil</i>\n+0.5000",
        "& (unknown word)\n−1.2500",
        "fall\n+0.2500",
    ]


def test_saliency_has_colours_by_sign_and_hatches_unknown_words():
    (bars,) = draw_saliency(saliency_frame(made_saliency((0.0, -1.25, 0.25))), NAMES[1]).data
    zero, against, rise = bars.marker.color
    assert zero == rise != against
    assert list(bars.marker.pattern.shape) == ["", "/", ""]


def test_saliency_is_described_by_three_words_either_way():
    text = EncodedText(tokens=tuple("abcdefgh"), ids=(5,) * 8, words_in_all=8)
    scores = np.array([1.0, 2.0, 3.0, 4.0, -1.0, -2.0, -3.0, -4.0])
    frame = saliency_frame(replace(made_saliency(), text=text, scores=scores))
    assert describe_saliency(frame, "X") == (
        "Share of 8 words in the logit of X; most for it: d (+4.000), c (+3.000), b (+2.000); "
        "most against it: h (-4.000), g (-3.000), f (-2.000)."
    )
