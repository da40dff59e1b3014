import pytest

from rnndash.figures.left_out import changes_frame, describe_changes, draw_changes
from tests.figures.hover import hover_texts
from tests.figures.made_answers import NAMES, made_alternatives


def test_changes_are_ranked():
    assert changes_frame(made_alternatives()).to_numpy().tolist() == [
        [1, "<b>", -0.375, 0.25, NAMES[1], True],
        [0, "a", 0.125, 0.75, NAMES[0], False],
        [2, "c", -0.125, 0.5, NAMES[0], False],
    ]


def test_bars_of_changes_are_in_percentage_points():
    (bars,) = draw_changes(changes_frame(made_alternatives()), NAMES[0]).data
    assert list(bars.x) == [-37.5, 12.5, -12.5]


def test_what_was_done_is_plain_text():
    axis = draw_changes(changes_frame(made_alternatives()), NAMES[0]).layout.yaxis
    assert axis.ticktext == ("&lt;b>", "a", "c")


def test_what_was_done_is_broken_into_lines_and_its_rows_are_higher():
    short, long = (
        draw_changes(changes_frame(made_alternatives([(0.5, 0.5)] * 9, [done] * 9)), "X").layout
        for done in ("without “oil”", "“<b>” (word 10) and “prices” (word 12) swapped")
    )
    assert long.yaxis.ticktext[0] == "“&lt;b>” (word 10) and<br>“prices” (word 12) swapped"
    assert long.height > short.height


def test_bar_that_turns_the_answer_names_the_new_one():
    (bars,) = draw_changes(changes_frame(made_alternatives()), NAMES[0]).data
    assert list(bars.text) == ["now &lt;b>Sports&lt;/b> &amp; more", "", ""]


def test_only_the_largest_changes_are_drawn_and_the_title_says_so():
    many = made_alternatives(after=[(0.5, 0.5)] * 30, done=["x"] * 30)
    figure = draw_changes(changes_frame(many), "X")
    assert len(figure.data[0].x) == 20
    assert figure.layout.title.text == "Change of the probability of X, the largest 20 of 30"


def test_changes_are_described_in_words():
    assert describe_changes(changes_frame(made_alternatives()), "X") == (
        "Change of the probability of X, largest first: <b> -37.5 points, a +12.5 points, "
        "c -12.5 points. The answer turns in 1 of 3 variants."
    )


def test_hover_of_changes_reads_out_what_was_done_and_what_became_of_it():
    (bars,) = draw_changes(changes_frame(made_alternatives()), NAMES[0]).data
    assert list(bars.y) == [0, 1, 2]
    assert hover_texts(bars) == [
        "<b>\n−37.50 points, to 25.0%\nanswers <b>Sports</b> & more",
        "a\n+12.50 points, to 75.0%\nanswers 2024",
        "c\n−12.50 points, to 50.0%\nanswers 2024",
    ]


def test_bars_that_turn_the_answer_are_hatched_and_the_sign_has_a_colour():
    (bars,) = draw_changes(changes_frame(made_alternatives()), NAMES[0]).data
    assert list(bars.marker.pattern.shape) == ["/", "", ""]
    down, up, again = bars.marker.color
    assert down == again != up


def test_change_of_nothing_has_the_colour_of_a_rise():
    (bars,) = draw_changes(
        changes_frame(made_alternatives([(0.75, 0.25), (0.625, 0.375)], "ab")), "X"
    ).data
    assert bars.marker.color[0] == bars.marker.color[1]


def test_largest_change_stands_at_the_top():
    layout = draw_changes(changes_frame(made_alternatives()), NAMES[0]).layout
    assert (layout.yaxis.range, layout.yaxis.tickvals) == ((2.5, -0.5), (0, 1, 2))
    assert layout.xaxis.title.text == "Change (percentage points)"
    assert layout.title.text == "Change of the probability of 2024"


@pytest.mark.parametrize(("number", "cut"), [(20, ""), (21, ", the largest 20 of 21")])
def test_title_says_from_how_many_on_changes_are_left_out(number, cut):
    many = made_alternatives(after=[(0.5, 0.5)] * number, done=["x"] * number)
    title = draw_changes(changes_frame(many), "X").layout.title.text
    assert title == f"Change of the probability of X{cut}"


def test_three_largest_changes_are_described():
    many = made_alternatives(after=[(0.5, 0.5)] * 4, done="abcd")
    assert describe_changes(changes_frame(many), "X") == (
        "Change of the probability of X, largest first: a -12.5 points, b -12.5 points, "
        "c -12.5 points. The answer turns in 0 of 4 variants."
    )
