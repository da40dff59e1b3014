from types import SimpleNamespace

import pytest

from rnndash.ui.inside.parts import _read_stretch, describe_direction
from rnndash.ui.inside.states import _read_size


@pytest.mark.parametrize(
    ("link", "stretch"),
    [("2-3", (2, 3)), ("1-4", (1, 4)), ("4-4", (4, 4))]
    + [(link, None) for link in ("3-2", "0-1", "2-5", "a-b", "2", "", "2-3-4", "1-" + 30 * "9")],
)
def test_stretch_of_a_link_is_read_if_there_are_such_words(link, stretch):
    assert _read_stretch(link, 4) == stretch


@pytest.mark.parametrize(
    ("link", "size"),
    [("0", 0.0), ("0.25", 0.25), ("0.5", 0.5)]
    + [(link, None) for link in ("-0.1", "0.51", "nan", "inf", "much", "")],
)
def test_threshold_of_a_link_is_read_if_it_is_on_the_slider(link, size):
    assert _read_size(link, 0.5) == size


@pytest.mark.parametrize(
    ("is_bidirectional", "is_backward", "name"),
    [
        (False, False, "Layer 2 of 3"),
        (True, False, "Layer 2 of 3, forward"),
        (True, True, "Layer 2 of 3, backward"),
    ],
)
def test_direction_is_named_only_where_there_are_two(is_bidirectional, is_backward, name):
    trace = SimpleNamespace(num_layers=3, is_bidirectional=is_bidirectional)
    states = SimpleNamespace(layer=1, is_backward=is_backward)
    assert describe_direction(trace, states) == name
