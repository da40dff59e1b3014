"""Collates the texts of a minibatch: pads or sorts them, and numbers their words.

Letters: B texts, T time steps, V words of the vocabulary.
"""

import numpy as np

from rnndash.kernels.arrays import Int32Vector, Int64Matrix, Int64Vector
from rnndash.kernels.kernel import kernel


def _sort(order: Int64Vector, lengths: Int64Vector) -> None:
    """Insertion sort: longest first, and in their own order where equal."""
    for n in range(1, len(order)):
        text, at = order[n], n
        while at > 0 and lengths[order[at - 1]] < lengths[text]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = text


@kernel
def collate(
    ids: Int32Vector,
    offsets: Int64Vector,
    all_labels: Int64Vector,
    rows: Int64Vector,
    is_packed: bool,
    word_numbers: Int64Vector,
    lengths: Int64Vector,
    labels: Int64Vector,
    order: Int64Vector,
    last_steps: Int64Vector,
    batch_sizes: Int64Vector,
    input_rows: Int64Matrix,
    words: Int64Vector,
    counts: Int64Vector,
) -> None:
    """Sort the texts of a batch if they are packed, else pad them, and number their words.

    Words are numbered in the order in which they are read.

    Args:
        ids: `(M,)`, the words of all texts; text n is `ids[offsets[n]:offsets[n + 1]]`.
        rows: `(B,)`, the numbers of the texts.
        word_numbers: `(V,)`, workspace: -1 for each word of the vocabulary, before and after.
        lengths: `(B,)`, filled with the lengths of the texts; `labels` with their classes.
        order: `(B,)`, filled with the number of the text in each row.
        last_steps: `(B,)`, filled with the last time step of each row.
        batch_sizes: `(T,)`, filled with how many rows, from the first, are read at each step; T is
            the length of the longest text.
        input_rows: `(T, B)`, filled with each word's number; 0 where nothing is read.
        words: `(B*T,)`, its beginning filled with the words.
        counts: `(2,)`, filled with how many different words there are, and how many in all.
    """
    steps, batch = input_rows.shape
    counts[0] = counts[1] = 0
    for n in range(batch):
        lengths[n] = offsets[rows[n] + 1] - offsets[rows[n]]
        labels[n] = all_labels[rows[n]]
        order[n] = n
        counts[1] += lengths[n]
    if is_packed:
        _sort(order, lengths)
    for n in range(batch):
        last_steps[n] = lengths[order[n]] - 1 if is_packed else steps - 1
    found, alive = 0, batch
    for t in range(steps):
        while last_steps[alive - 1] < t:
            alive -= 1
        batch_sizes[t] = alive
        for n in range(alive):
            text = order[n]
            start = offsets[rows[text]]
            word = np.int64(ids[start + t]) if t < lengths[text] else 0  # the padding
            if word_numbers[word] < 0:
                word_numbers[word] = found
                words[found] = word
                found += 1
            input_rows[t, n] = word_numbers[word]
        for n in range(alive, batch):
            input_rows[t, n] = 0
    for number in range(found):
        word_numbers[words[number]] = -1
    counts[0] = found
