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
