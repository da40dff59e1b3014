"""How a minibatch is laid out to be read.

Letters: B texts, T time steps, V words of the vocabulary.
"""

import numpy as np

from rnndash.kernels.loop import Short, Whole, loop


@loop
def _sort(order: Whole, lengths: Whole) -> None:
    """Longest first, and in their own order where equal."""
    for n in range(1, len(order)):
        text, place = order[n], n
        while place > 0 and lengths[order[place - 1]] < lengths[text]:
            order[place] = order[place - 1]
            place -= 1
        order[place] = text


@loop
def lay_out(
    ids: Short,
    offsets: Whole,
    all_labels: Whole,
    rows: Whole,
    is_packed: int,
    places: Whole,
    lengths: Whole,
    labels: Whole,
    order: Whole,
    ends: Whole,
    sizes: Whole,
    index: Whole,
    words: Whole,
    counts: Whole,
) -> None:
    """Sort the texts of a batch if they are to be packed, else pad them, and number their words.

    Words are numbered in the order in which they are read.

    Args:
        ids: `(M,)`, the words of all texts; text n is `ids[offsets[n]:offsets[n + 1]]`.
        rows: `(B,)`, the numbers of the texts.
        places: `(V,)` of -1 for each word of the vocabulary; left as it came.
        lengths: `(B,)`, filled with the lengths of the texts; `labels` with their classes.
        order: `(B,)`, filled with the text that stands in each row.
        ends: `(B,)`, filled with the last time step of each row.
        sizes: `(T,)`, filled with how many rows, from the first, are read at each step; T is the
            length of the longest text.
        index: `(T, B)`, filled with each word's number; 0 where nothing is read.
        words: `(B*T,)`, its beginning filled with the words.
        counts: `(2,)`, filled with how many different words there are, and how many in all.
    """
    steps, batch = index.shape
    counts[0] = counts[1] = 0
    for n in range(batch):
        lengths[n] = offsets[rows[n] + 1] - offsets[rows[n]]
        labels[n] = all_labels[rows[n]]
        order[n] = n
        counts[1] += lengths[n]
    if is_packed:
        _sort(order, lengths)
    for n in range(batch):
        ends[n] = lengths[order[n]] - 1 if is_packed else steps - 1
    found, alive = 0, batch
    for t in range(steps):
        while ends[alive - 1] < t:
            alive -= 1
        sizes[t] = alive
        for n in range(alive):
            text = order[n]
            start = offsets[rows[text]]
            word = np.int64(ids[start + t]) if t < lengths[text] else 0  # the padding
            if places[word] < 0:
                places[word] = found
                words[found] = word
                found += 1
            index[t, n] = places[word]
        for n in range(alive, batch):
            index[t, n] = 0
    for number in range(found):
        places[words[number]] = -1
    counts[0] = found
