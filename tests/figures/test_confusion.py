from dataclasses import replace

import pytest

from rnndash.figures.confusion import (
    agreement_frame,
    confusion_frame,
    describe_agreement,
    describe_confusion,
    draw_agreement,
    draw_confusion,
)
from rnndash.statistics import Interval, Verdict
from tests.figures.hover import hover_text

CONFUSION = ((8, 2), (1, 4))
VERDICT = Verdict(
    both_right=5,
    only_first=3,
    only_second=1,
    both_wrong=1,
    p_value=0.6,
    difference=0.2,
    interval=Interval(low=-0.2, high=0.6),
    resamples=199,
)


def test_rows_are_true_classes_and_columns_answers():
    frame = confusion_frame(CONFUSION, ("World", "Sports"))
    assert frame.loc["World", "Sports"] == 2
    assert frame.loc["Sports", "World"] == 1


def test_colours_are_shares_of_the_true_class():
    cells = draw_confusion(confusion_frame(CONFUSION, ("World", "Sports"))).data[0]
    assert cells.z.tolist() == [[0.8, 0.2], [0.2, 0.8]]
    assert [list(row) for row in cells.text] == [["8", "2"], ["1", "4"]]


def test_class_without_a_text_has_no_share():
    cells = draw_confusion(confusion_frame(((0, 0), (1, 1)), ("a", "b"))).data[0]
    assert cells.z.tolist() == [[0.0, 0.0], [0.5, 0.5]]


def test_agreement_puts_the_first_run_in_the_rows():
    frame = agreement_frame(VERDICT)
    assert frame.loc["right", "wrong"] == 3
    assert frame.loc["wrong", "right"] == 1


@pytest.mark.parametrize(
    ("name", "shown"), [("<b>A</b>", "A: &lt;b>A&lt;/b>"), ("x" * 40, f"A: {'x' * 27}…")]
)
def test_names_of_runs_are_shown_as_written_and_cut(name, shown):
    figure = draw_agreement(agreement_frame(VERDICT), name, "B")
    assert figure.layout.yaxis.title.text == shown


def test_confusion_is_described_by_its_commonest_mistake():
    words = describe_confusion(confusion_frame(CONFUSION, ("World", "Sports")))
    assert "12 of 15 texts answered rightly" in words
    assert "World was taken for Sports, 2 times" in words


def test_perfect_confusion_is_described_as_such():
    assert "all 5 texts" in describe_confusion(confusion_frame(((3, 0), (0, 2)), ("a", "b")))


def test_agreement_is_described_in_numbers():
    assert describe_agreement(agreement_frame(VERDICT)) == (
        "Of 10 texts both runs have 5 right, only A 3, only B 1, and neither 1."
    )


def test_hover_of_a_confusion_names_both_classes_whole():
    names = ("Science & technology", "<b>Sports</b>")
    cells = draw_confusion(confusion_frame(((1_600, 400), (1, 4)), names)).data[0]
    assert hover_text(cells, (0, 1)) == (
        "400 of the texts of Science & technology\nwere answered <b>Sports</b> (20.0%)"
    )
    assert hover_text(cells, (1, 0)) == (
        "1 of the texts of <b>Sports</b>\nwere answered Science & technology (20.0%)"
    )
    assert hover_text(cells, (0, 0)).startswith("1,600 of the texts")


def test_hover_of_an_agreement_says_who_was_right():
    cells = draw_agreement(agreement_frame(VERDICT), "first", "second").data[0]
    assert [[hover_text(cells, (row, column)) for column in (0, 1)] for row in (0, 1)] == [
        ["5 texts: A right, B right (50.0%)", "3 texts: A right, B wrong (30.0%)"],
        ["1 texts: A wrong, B right (10.0%)", "1 texts: A wrong, B wrong (10.0%)"],
    ]


def test_agreement_draws_shares_of_all_texts_and_names_its_sides():
    figure = draw_agreement(agreement_frame(VERDICT), "first", "second")
    cells = figure.data[0]
    assert cells.z.tolist() == [[0.5, 0.3], [0.1, 0.1]]
    assert [list(row) for row in cells.text] == [["5", "3"], ["1", "1"]]
    axes = figure.layout.xaxis, figure.layout.yaxis
    assert [axis.title.text for axis in axes] == ["B: second", "A: first"]


def test_agreement_over_no_texts_is_drawn_without_shares():
    none = replace(VERDICT, both_right=0, only_first=0, only_second=0, both_wrong=0)
    assert draw_agreement(agreement_frame(none), "A", "B").data[0].z.tolist() == [[0, 0], [0, 0]]


def test_counts_that_differ_stand_in_their_own_cells():
    verdict = replace(VERDICT, both_right=1, only_first=2, only_second=3, both_wrong=4)
    assert agreement_frame(verdict).to_numpy().tolist() == [[1, 2], [3, 4]]


def test_first_class_stands_at_the_top_left():
    layout = draw_confusion(confusion_frame(CONFUSION, ("World", "Sports"))).layout
    assert (layout.xaxis.type, layout.yaxis.type) == ("category", "category")
    assert (layout.yaxis.autorange, layout.xaxis.side) == ("reversed", "bottom")
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("Class answered", "True class")


def test_click_into_a_cell_gives_the_names_as_they_are():
    cells = draw_confusion(confusion_frame(CONFUSION, ("<b>", "Sports"))).data[0]
    assert (list(cells.x), list(cells.y)) == (["<b>", "Sports"], ["<b>", "Sports"])


@pytest.mark.parametrize(
    ("name", "tick"),
    [("x" * 14, "x" * 14), ("x" * 15, "x" * 13 + "…"), ("<b>&", "&lt;b>&amp;")],
)
def test_class_names_are_cut_on_the_axes_alone(name, tick):
    figure = draw_confusion(confusion_frame(CONFUSION, (name, "Sports")))
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        assert axis.ticktext == (tick, "Sports")
        assert axis.tickvals == (name, "Sports")


@pytest.mark.parametrize(("length", "cut"), [(28, "x" * 28), (29, "x" * 27 + "…")])
def test_run_names_are_cut_at_28_characters(length, cut):
    figure = draw_agreement(agreement_frame(VERDICT), "A", "x" * length)
    assert figure.layout.xaxis.title.text == f"B: {cut}"


@pytest.mark.parametrize(("classes", "template"), [(12, "%{text}"), (13, None)])
def test_numbers_are_written_as_long_as_there_is_room(classes, template):
    frame = confusion_frame(((1,) * classes,) * classes, list(map(str, range(classes))))
    assert draw_confusion(frame).data[0].texttemplate == template


@pytest.mark.parametrize("is_dark", [False, True])
def test_colours_go_from_none_to_all_of_a_class(is_dark):
    cells = draw_confusion(confusion_frame(CONFUSION, ("a", "b")), is_dark=is_dark).data[0]
    assert (cells.zmin, cells.zmax) == (0, 1)
    (low, page), (high, ink) = cells.colorscale
    assert (low, high) == (0, 1)
    assert (int(page[1:], 16) < int(ink[1:], 16)) == is_dark


def test_confusions_are_described_whole():
    assert describe_confusion(confusion_frame(((3_000, 0), (0, 2)), ("a", "b"))) == (
        "Confusion matrix: all 3,002 texts answered rightly."
    )
    assert describe_confusion(confusion_frame(((8, 2), (1_500, 4)), ("a", "b"))) == (
        "Confusion matrix: 12 of 1,514 texts answered rightly; most often b was taken for a, "
        "1,500 times."
    )
