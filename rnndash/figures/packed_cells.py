"""A minibatch in numbers, for its pictures: which part of it is drawn, and each cell of it.

Rows, steps and places are counted from 0, as in the tensors that stand beside the pictures.
"""

from dataclasses import dataclass

import pandas as pd

from rnndash.packing.minibatch import BatchLayout, Rows

MOST_ROWS, MOST_STEPS, MOST_PLACES = 24, 120, 1_536
"""Drawn at the most; the packed vector is cut at its own length."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """How much of a batch is drawn, from its first row, step and place on.

    Attributes:
        rows: of the padded batch, in its order and in the sorted one.
        steps: time steps, in all three pictures.
        places: of the packed vector.
    """

    rows: int
    steps: int
    places: int


def drawn_part(layout: BatchLayout) -> Part:
    """As much as the eye can distinguish: whole steps, the same in all three pictures."""
    rows = min(MOST_ROWS, len(layout.lengths))
    ends = layout.batch_sizes.cumsum()
    steps = max(1, min(MOST_STEPS, int((ends <= MOST_PLACES).sum())))
    return Part(rows=rows, steps=steps, places=int(ends[steps - 1]))


def describe_part(layout: BatchLayout, part: Part) -> str | None:
    """One sentence: which part of the batch is drawn. None if all of it is."""
    cuts = [
        f"the first {shown:,} of {whole:,} {what}"
        for shown, whole, what in (
            (part.rows, len(layout.lengths), "rows"),
            (part.steps, layout.steps, "time steps"),
            (part.places, len(layout.data), "places of the packed vector"),
        )
        if shown < whole
    ]
    if not cuts:
        return None
    return f"Too large to draw whole. Drawn: {', '.join(cuts)}. All numbers are of the whole batch."


CELL_COLUMNS = ["row", "sorted_place", "step", "id", "word", "is_pad", "place"]


def cells_frame(layout: BatchLayout, rows: Rows) -> pd.DataFrame:
    """One row for each cell of the padded batch, pads included.

    Columns: `row`, `sorted_place` (where its row stands in the sorted batch), `step`, `id`, `word`
    (empty where there are no words), `is_pad`, `place` (in the packed vector; -1 for a pad).
    """
    cells = []
    for row, sorted_place in enumerate(layout.unsorted_indices.tolist()):
        ids = layout.padded[row].tolist()
        places = layout.places[row].tolist()
        words = rows.words[row] if rows.words else ()
        cells += [
            (row, sorted_place, step, number, words[step] if step < len(words) else "", p < 0, p)
            for step, (number, p) in enumerate(zip(ids, places, strict=True))
        ]
    return pd.DataFrame(cells, columns=CELL_COLUMNS)


def describe_step(layout: BatchLayout, rows: Rows, step: int) -> str:
    """One or two sentences: what happens at a time step."""
    start, end = layout.slice_at(step)
    alive = end - start
    tokens = []
    for place in range(start, min(end, start + 12)):
        row = int(layout.packed_rows[place])
        number = int(layout.data[place])
        tokens.append(f"{rows.words[row][step]} ({number})" if rows.words else str(number))
    more = ", …" if alive > len(tokens) else ""
    left = len(layout.lengths) - alive
    gone = f"; {left:,} {'has' if left == 1 else 'have'} ended" if left else ""
    return (
        f"Step {step}: {alive:,} of {len(layout.lengths):,} rows still alive{gone}. "
        f"batch_sizes[{step}] = {alive}, data[{start}:{end}] = {', '.join(tokens)}{more}"
    )
