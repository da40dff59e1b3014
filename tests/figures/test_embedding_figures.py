"""Nearest words and the map of an embedding."""

import numpy as np
import pytest

from rnndash.figures.embedding_map import (
    CLASS_COLOURS,
    CLASS_MARKERS,
    describe_embedding_map,
    draw_embedding_map,
    map_frame,
)
from rnndash.figures.nearest_words import describe_nearest, draw_nearest, nearest_frame
from rnndash.inspection.embedding_views import MIXED, EmbeddingMap, NearestWords, Neighbour
from tests.figures.hover import hover_texts

NEAREST = NearestWords(
    word="goal",
    neighbours=(
        Neighbour(word="match", similarity=0.75),
        Neighbour(word="<b>&", similarity=-0.25),
    ),
)
VARIANCE = (0.5, 0.25)


def _map(words=("the", "goal", "<i>", "war"), classes=(MIXED, 1, 1, 0), names=("World", "Sports")):
    number = len(words)
    return EmbeddingMap(
        words=words,
        points=np.arange(2.0 * number).reshape(number, 2),
        variance=VARIANCE,
        class_names=names,
        classes=np.array(classes, dtype=np.int64),
        shares=np.linspace(0.5, 0.9, number),
        counts=np.arange(number) * 1_000,
        threshold=0.75,
    )


def _drawn(drawn, **options):
    return draw_embedding_map(map_frame(drawn), drawn.class_names, drawn.variance, **options)


def test_nearest_frame_holds_the_neighbours():
    assert nearest_frame(NEAREST).to_dict("list") == {
        "word": ["match", "<b>&"],
        "similarity": [0.75, -0.25],
    }


def test_bars_are_the_similarities_with_words_that_cannot_become_tags():
    figure = draw_nearest(nearest_frame(NEAREST), "<goal>")
    assert list(figure.data[0].x) == [0.75, -0.25]
    assert figure.layout.yaxis.ticktext == ("match", "&lt;b>&amp;")
    assert figure.layout.title.text == "Nearest to “&lt;goal>”"
    assert figure.layout.xaxis.range == (-0.25, 1)


def test_bars_of_no_neighbour_say_why():
    nothing = nearest_frame(NearestWords(word="goal", neighbours=()))
    figure = draw_nearest(nothing, "goal")
    assert figure.layout.annotations[0].text == "The vocabulary has no other word."
    assert "has no other" in describe_nearest(nothing, "goal")


def test_bars_are_described_in_a_sentence():
    assert describe_nearest(nearest_frame(NEAREST), "goal") == (
        "Nearest to goal by cosine similarity: match (0.75), <b>& (-0.25)."
    )


def test_map_frame_holds_the_words_of_the_map():
    frame = map_frame(_map())
    assert frame["word"].tolist() == ["the", "goal", "<i>", "war"]
    assert frame["class_number"].tolist() == [MIXED, 1, 1, 0]
    assert frame["is_labelled"].all()


def test_map_draws_a_trace_for_each_class_and_one_for_no_class():
    figure = _drawn(_map())
    assert [(trace.name, list(trace.x)) for trace in figure.data] == [
        ("no class above all", [0]),
        ("World", [6]),
        ("Sports", [2, 4]),
    ]
    assert list(figure.data[2].text) == ["goal", "&lt;i>"]
    assert figure.layout.xaxis.title.text == "First principal component (50% of the variance)"


def test_names_of_classes_cannot_become_tags():
    figure = _drawn(_map(names=("<b>", "a & b")))
    assert [trace.name for trace in figure.data[1:]] == ["&lt;b>", "a &amp; b"]


def test_map_without_classes_has_no_legend_and_tells_the_word_alone():
    figure = _drawn(_map(classes=(MIXED,) * 4, names=()))
    assert not figure.layout.showlegend
    assert figure.data[0].hovertemplate == "<b>%{customdata[0]}</b><extra></extra>"


def test_empty_map_says_so():
    figure = _drawn(_map(words=(), classes=()))
    assert figure.layout.annotations[0].text == "The vocabulary has no words to draw."


def test_words_on_top_of_each_other_are_written_once_and_those_of_a_class_first():
    drawn = _map(words=("the", "goal"), classes=(MIXED, 1))
    drawn.points[:] = [[1, 1], [1, 1]]
    assert map_frame(drawn)["is_labelled"].tolist() == [False, True]


def test_map_is_described_in_words():
    drawn = _map()
    assert describe_embedding_map(map_frame(drawn), drawn.class_names, drawn.variance) == (
        "Map of the 4 most frequent words by the first two principal components, 75% of the "
        "variance. World: 1 word, such as war. Sports: 2 words, such as goal, <i>."
    )


def test_no_two_of_twenty_classes_look_alike():
    looks = {
        (CLASS_COLOURS[n % len(CLASS_COLOURS)], CLASS_MARKERS[n % len(CLASS_MARKERS)])
        for n in range(20)
    }
    assert len(looks) == 20


def _luminance(colour):
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("is_dark", "page"), [(False, "#FFFFFF"), (True, "#12141F")])
def test_colours_of_classes_stand_out_from_the_page(is_dark, page):
    def contrast(colour):
        low, high = sorted([_luminance(colour), _luminance(page)])
        return (high + 0.05) / (low + 0.05)

    assert min(contrast(looks[is_dark]) for looks in CLASS_COLOURS) >= 3


def test_hover_of_a_near_word_reads_out_its_similarity():
    (bars,) = draw_nearest(nearest_frame(NEAREST), "goal").data
    assert list(bars.y) == [0, 1]
    assert hover_texts(bars) == ["match: 0.750", "<b>&: −0.250"]


def test_nearest_word_stands_at_the_top_and_the_axis_ends_at_one():
    near = NearestWords(word="goal", neighbours=NEAREST.neighbours[:1])
    layout = draw_nearest(nearest_frame(near), "goal").layout
    assert (layout.yaxis.autorange, layout.yaxis.tickvals) == ("reversed", (0,))
    assert (layout.xaxis.range, layout.xaxis.title.text) == ((0, 1), "Cosine similarity")


def test_five_nearest_words_are_described():
    near = tuple(Neighbour(word=f"w{n}", similarity=0.9 - n / 10) for n in range(6))
    words = describe_nearest(nearest_frame(NearestWords(word="goal", neighbours=near)), "goal")
    assert words.endswith(": w0 (0.90), w1 (0.80), w2 (0.70), w3 (0.60), w4 (0.50).")


@pytest.mark.parametrize(("words", "height"), [(2, 160), (10, 350)])
def test_bars_have_the_room_that_they_need(words, height):
    near = tuple(Neighbour(word=str(n), similarity=0.5) for n in range(words))
    drawn = draw_nearest(nearest_frame(NearestWords(word="goal", neighbours=near)), "goal")
    assert drawn.layout.height == height


def test_map_draws_each_word_at_its_point_with_its_use():
    mixed, world, sports = _drawn(_map()).data
    assert (list(mixed.y), list(world.y), list(sports.y)) == ([1], [7], [3, 5])
    # Shares go from 0.5 to 0.9 in four steps, uses from 0 to 3,000.
    assert hover_texts(mixed) == ["the\nused 0 times, at most 50% of it in one class"]
    assert hover_texts(world) == ["war\nused 3,000 times, 90% of it in World"]
    assert hover_texts(sports) == [
        "goal\nused 1,000 times, 63% of it in Sports",
        "<i>\nused 2,000 times, 77% of it in Sports",
    ]


@pytest.mark.parametrize("is_dark", [False, True])
def test_classes_have_colours_and_markers_and_mixed_words_are_hollow(is_dark):
    mixed, world, sports = _drawn(_map(), is_dark=is_dark).data
    assert mixed.marker.symbol == "circle-open"
    assert (world.marker.color, world.marker.symbol) == (CLASS_COLOURS[0][is_dark], "circle")
    assert (sports.marker.color, sports.marker.symbol) == (CLASS_COLOURS[1][is_dark], "square")


def test_axes_name_their_share_of_the_variance():
    layout = _drawn(_map()).layout
    assert layout.yaxis.title.text == "Second principal component (25% of the variance)"
    assert layout.showlegend


def test_word_without_room_is_a_point_without_a_label():
    drawn = _map(words=("the", "goal"), classes=(MIXED, 1))
    drawn.points[:] = [[1, 1], [1, 1]]
    mixed, sports = _drawn(drawn).data
    assert (list(mixed.text), list(sports.text)) == ([""], ["goal"])


@pytest.mark.parametrize(
    ("distance", "is_labelled"),
    [((0.095, 0), True), ((0.093, 0), False), ((0, 0.041), True), ((0, 0.039), False)],
)
def test_words_are_written_where_their_letters_leave_room(distance, is_labelled):
    # Ten letters and a blank are 11 * 0.0085 = 0.0935 of the width of the map; a line is 0.04 high.
    drawn = _map(words=("a" * 10, "b" * 10, "c", "d"), classes=(0, 0, 0, 0))
    drawn.points[:] = [[0, 0], distance, [1, 0], [0, 1]]
    assert map_frame(drawn)["is_labelled"].tolist()[:2] == [True, is_labelled]


def test_at_most_70_words_are_written():
    number = 100
    drawn = _map(words=tuple(f"{n:02}" for n in range(number)), classes=(0,) * number)
    drawn.points[:, 0], drawn.points[:, 1] = np.arange(number) % 10, np.arange(number) // 10
    assert map_frame(drawn)["is_labelled"].tolist() == [True] * 70 + [False] * 30


def test_map_names_three_words_of_a_class():
    drawn = _map(words=("a", "b", "c", "d"), classes=(1, 1, 1, 1))
    words = describe_embedding_map(map_frame(drawn), drawn.class_names, drawn.variance)
    assert words.endswith(" Sports: 4 words, such as a, b, c.")


def test_room_for_words_is_a_share_of_the_maps_own_width_and_height():
    def labelled(scale):
        drawn = _map(words=("a" * 10, "b" * 10, "c", "d"), classes=(0, 0, 0, 0))
        drawn.points[:] = scale * np.array([[0, 0], [0.095, 0.03], [1, 0], [0, 1]])
        return map_frame(drawn)["is_labelled"].tolist()

    assert labelled(1) == labelled(100) == labelled(0.01) == [True] * 4


def test_map_of_one_point_alone_is_written():
    drawn = _map(words=("the",), classes=(MIXED,))
    assert map_frame(drawn)["is_labelled"].tolist() == [True]
