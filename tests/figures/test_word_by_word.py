import pytest

from rnndash.config.model_kind import ModelKind
from rnndash.figures.word_by_word import describe_word_by_word, draw_word_by_word, word_lines
from tests.figures.hover import hover_texts
from tests.figures.readings import made_network, made_reading

LSTM = made_reading()
RNN = made_reading(
    made_network(ModelKind.RNN, "Simple RNN"), ((0.5625, 0.4375), (0.625, 0.375), (0.75, 0.25))
)
NETWORKS = (LSTM, RNN)


def test_each_network_has_a_line_over_its_own_text():
    lines = word_lines(NETWORKS)
    assert [(line.network, line.text) for line in lines] == [(r.network, r.text) for r in NETWORKS]


def test_without_a_class_each_network_shows_the_one_it_answers():
    assert [(line.class_name, line.probabilities) for line in word_lines(NETWORKS)] == [
        ("Sports", (0.25, 0.75, 0.875)),
        ("World", (0.5625, 0.625, 0.75)),
    ]


def test_with_a_class_each_network_shows_that():
    assert [(line.class_name, line.probabilities) for line in word_lines(NETWORKS, "World")] == [
        ("World", (0.75, 0.25, 0.125)),
        ("World", (0.5625, 0.625, 0.75)),
    ]


def test_network_without_the_class_has_no_line():
    other = made_reading(made_network(class_names=("a", "b")))
    assert [line.network for line in word_lines([LSTM, other], "World")] == [LSTM.network]


def test_change_is_where_another_class_is_answered_than_before():
    lines = word_lines(NETWORKS)
    assert [line.changes for line in lines] == [(1,), ()]
    assert [line.answers for line in lines] == [("World", "Sports", "Sports"), ("World",) * 3]


@pytest.mark.parametrize("is_dark", [False, True])
def test_each_network_has_its_line_and_each_change_a_ring(is_dark):
    figure = draw_word_by_word(word_lines(NETWORKS), is_dark=is_dark)
    names = [line.name for line in figure.data]
    assert names == ["LSTM: Sports", "Simple RNN: World", "answer changes"]
    assert [list(line.y) for line in figure.data] == [
        [0.25, 0.75, 0.875],
        [0.5625, 0.625, 0.75],
        [0.75],
    ]
    assert [list(line.x) for line in figure.data] == [[0, 1, 2], [0, 1, 2], [1]]


def test_without_a_change_there_is_no_ring():
    assert len(draw_word_by_word(word_lines([RNN])).data) == 1


def test_word_that_comes_twice_has_two_places_and_an_unknown_one_is_in_italics():
    figure = draw_word_by_word(word_lines([RNN]))
    assert list(figure.data[0].x) == [0, 1, 2]
    assert list(figure.layout.xaxis.ticktext) == ["oil", "<i>&lt;b>&amp;</i>", "oil"]


def test_names_are_no_tags():
    other = made_reading(made_network(label="<i>", class_names=("<b>", "&")))
    line = draw_word_by_word(word_lines([other])).data[0]
    assert line.name == "&lt;i>: &amp;"
    assert list(map(tuple, line.customdata)) == [
        ("&lt;b>", "oil"),
        ("&amp;", "&lt;b>&amp;"),
        ("&amp;", "oil"),
    ]


def test_cursor_is_a_line_at_its_word():
    figure = draw_word_by_word(word_lines([RNN]), cursor=2)
    assert (figure.layout.shapes[0].x0, figure.layout.shapes[0].x1) == (2, 2)


def test_probability_axis_is_the_same_for_every_text():
    figure = draw_word_by_word(word_lines([RNN]))
    assert figure.layout.yaxis.range == (-0.02, 1.02)
    assert figure.layout.xaxis.range == (-0.5, 2.5)


def test_two_networks_of_a_kind_have_two_shades():
    figure = draw_word_by_word(word_lines([RNN, RNN]))
    assert figure.data[0].line.color != figure.data[1].line.color


def test_figure_without_text_says_what_is_missing():
    figure = draw_word_by_word(())
    assert figure.layout.annotations[0].text.startswith("No answer yet")


def test_figure_in_words_tells_of_each_change():
    assert describe_word_by_word(word_lines(NETWORKS)) == (
        "Word by word. LSTM answers World, then Sports at “<b>&”; probability of Sports after the "
        "last word 87.5%. Simple RNN answers World throughout; probability of World after the "
        "last word 75.0%."
    )


def test_figure_without_text_in_words_says_so():
    assert describe_word_by_word(()) == "Word by word. No answer yet."


def test_hover_reads_out_probability_word_and_answer():
    lstm, rnn, rings = draw_word_by_word(word_lines(NETWORKS)).data
    assert hover_texts(lstm) == [
        "25.0% after “oil”; answers World",
        "75.0% after “<b>&”; answers Sports",
        "87.5% after “oil”; answers Sports",
    ]
    assert hover_texts(rnn)[1] == "62.5% after “<b>&”; answers World"
    assert rings.hoverinfo == "skip"


@pytest.mark.parametrize("is_dark", [False, True])
def test_lines_look_like_their_kinds(is_dark):
    lstm, rnn, _ = draw_word_by_word(word_lines(NETWORKS), is_dark=is_dark).data
    for kind, line in ((ModelKind.LSTM, lstm), (ModelKind.RNN, rnn)):
        assert line.line.color == (kind.style.dark if is_dark else kind.style.light)
        assert (line.line.dash, line.marker.symbol) == (kind.style.dash, kind.style.marker)


def test_cursor_reaches_over_the_whole_height_and_is_only_there_when_asked_for():
    lines = word_lines([RNN])
    (line,) = draw_word_by_word(lines, cursor=0).layout.shapes
    assert (line.type, line.yref, line.y0, line.y1) == ("line", "y domain", 0, 1)
    assert draw_word_by_word(lines).layout.shapes == ()


def test_axis_of_probabilities_has_its_name():
    axis = draw_word_by_word(word_lines([RNN])).layout.yaxis
    assert (axis.title.text, axis.tickformat) == ("Probability so far", ".0%")


@pytest.mark.parametrize("is_dark", [False, True])
def test_cursor_and_rings_stand_out_from_the_page(is_dark):
    figure = draw_word_by_word(word_lines([LSTM]), cursor=1, is_dark=is_dark)
    for colour in (figure.layout.shapes[0].line.color, figure.data[-1].marker.color):
        assert (sum(bytes.fromhex(colour[1:])) > 384) == is_dark
