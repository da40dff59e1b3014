import pytest

from rnndash.config.model_kind import ModelKind
from rnndash.figures.class_probabilities import (
    describe_probabilities,
    draw_probabilities,
)
from tests.figures.hover import hover_texts
from tests.figures.made_answers import made_prediction

LONG_NAME = "A class with quite a long name"


def test_each_network_has_a_bar_for_each_class():
    figure = draw_probabilities(
        [made_prediction([0.25, 0.75]), made_prediction([0.5, 0.5], ModelKind.RNN)]
    )
    assert [list(bars.x) for bars in figure.data] == [[0.25, 0.75], [0.5, 0.5]]
    assert [list(bars.customdata) for bars in figure.data] == [
        ["2024", "&lt;b>Sports&lt;/b> &amp; more"]
    ] * 2
    assert [list(bars.text) for bars in figure.data] == [["", "75.0%"], ["50.0%", ""]]


def test_bars_of_a_network_are_its_probabilities():
    (bars,) = draw_probabilities([made_prediction([0.25, 0.75])]).data
    assert (list(bars.x), list(bars.y), list(bars.text)) == ([0.25, 0.75], [0, 1], ["", "75.0%"])


def test_legend_names_the_answer_as_plain_text():
    (bars,) = draw_probabilities([made_prediction([0.25, 0.75])]).data
    assert bars.name == "LSTM: &lt;b>Sports&lt;/b> &amp; more"


def test_class_names_on_the_axis_are_plain_text():
    axis = draw_probabilities([made_prediction([0.25, 0.75])]).layout.yaxis
    assert axis.ticktext == ("2024", "&lt;b>Sports&lt;/b> &amp; more")


def test_long_class_name_is_cut_on_the_axis():
    frame = [made_prediction([0.25, 0.75], names=(LONG_NAME, "b"))]
    assert draw_probabilities(frame).layout.yaxis.ticktext[0] == "A class with quite a lo…"


def test_two_networks_of_a_kind_have_different_colours():
    frame = [made_prediction([0.25, 0.75]), made_prediction([0.5, 0.5])]
    figure = draw_probabilities(frame)
    assert len({bars.marker.color for bars in figure.data}) == 2


def test_classes_of_networks_that_differ_are_all_there():
    frame = [made_prediction([0.2, 0.8]), made_prediction([0.5, 0.5], names=("x", "2024"))]
    figure = draw_probabilities(frame)
    assert [list(bars.y) for bars in figure.data] == [[0, 1], [2, 0]]


def test_probabilities_are_described_in_words():
    frame = [made_prediction([0.25, 0.75]), made_prediction([0.6, 0.4], ModelKind.RNN)]
    assert describe_probabilities(frame) == (
        "Probability of each class; most probable: LSTM <b>Sports</b> & more (75.0%), "
        "Simple RNN 2024 (60.0%)."
    )


def test_hover_of_probabilities_reads_out_class_and_share():
    (bars,) = draw_probabilities([made_prediction([0.25, 0.75])]).data
    assert hover_texts(bars) == ["2024: 25.00%", "<b>Sports</b> & more: 75.00%"]


@pytest.mark.parametrize(("length", "cut"), [(24, "x" * 24), (25, "x" * 23 + "…")])
def test_class_names_of_more_than_24_characters_are_cut_on_the_axis(length, cut):
    frame = [made_prediction([0.25, 0.75], names=("x" * length, "b"))]
    figure = draw_probabilities(frame)
    assert figure.layout.yaxis.ticktext == (cut, "b")
    assert hover_texts(figure.data[0])[0] == f"{'x' * length}: 25.00%"


def test_classes_stand_in_their_order_from_the_top():
    layout = draw_probabilities([made_prediction([0.25, 0.75])]).layout
    assert (layout.yaxis.range, layout.yaxis.tickvals) == ((1.5, -0.5), (0, 1))
    assert (layout.xaxis.range, layout.xaxis.tickvals) == ((0, 1.08), (0, 0.25, 0.5, 0.75, 1))
    assert layout.xaxis.title.text == "Probability of each class"


@pytest.mark.parametrize("is_dark", [False, True])
def test_bars_of_a_kind_have_its_colour_and_pattern(is_dark):
    frame = [made_prediction([0.25, 0.75], kind) for kind in ModelKind]
    for kind, bars in zip(ModelKind, draw_probabilities(frame, is_dark=is_dark).data, strict=True):
        assert bars.marker.color == (kind.style.dark if is_dark else kind.style.light)
        assert bars.orientation == "h"


@pytest.mark.parametrize(("networks", "height"), [(1, 220), (5, 100 + 2 * (14 + 16 * 5))])
def test_bars_of_many_networks_have_more_room(networks, height):
    frame = [made_prediction([0.25, 0.75])] * networks
    assert draw_probabilities(frame).layout.height == height
