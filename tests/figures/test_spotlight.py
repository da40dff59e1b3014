from hypothesis import given
from hypothesis import strategies as st

from rnndash.figures.spotlight import spotlight, wrapped_boxes


def _cells(box):
    x0, y0, x1, y1 = box
    return {(x, y) for x in range(x0, x1) for y in range(y0, y1)}


def _drawn(shapes):
    """Cells behind the veil, and cells in frames."""
    veiled, framed = [], set()
    for shape in shapes:
        box = tuple(round(shape[side] + 0.5) for side in ("x0", "y0", "x1", "y1"))
        if shape["line"]["width"]:
            framed |= _cells(box)
        else:
            veiled += _cells(box)
    return veiled, framed


@given(st.integers(0, 100), st.integers(0, 100), st.integers(1, 40))
def test_wrapped_boxes_hold_each_place_once(start, size, width):
    cells = [
        cell for box in wrapped_boxes(start, start + size, width=width) for cell in _cells(box)
    ]
    assert sorted(y * width + x for x, y in cells) == list(range(start, start + size))


@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 60), st.integers(1, 20))
def test_veil_and_frame_share_out_the_area(places, start, size, width):
    area = wrapped_boxes(0, places, width=width)
    lit = wrapped_boxes(min(start, places), min(start + size, places), width=width)
    veiled, framed = _drawn(spotlight(lit, area, is_dark=False))
    everything = {cell for box in area for cell in _cells(box)}
    assert sorted([*veiled, *framed]) == sorted(everything)


def test_column_of_a_grid_is_lit():
    veiled, framed = _drawn(spotlight([(1, 0, 2, 2)], [(0, 0, 3, 3)], is_dark=True))
    assert framed == {(1, 0), (1, 1)}
    assert sorted(veiled) == [(0, 0), (0, 1), (0, 2), (1, 2), (2, 0), (2, 1), (2, 2)]
