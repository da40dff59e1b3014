"""From the states of the top layer to answers, their loss, and the way back.

Small sums over small arrays: in PyTorch each of some twenty steps takes longer to ask for than to
compute.

Letters: B texts, T time steps, D directions, H hidden units, C classes. `order` tells which text
stands in which row, since packed texts are read longest first; logits and their gradients are in
the order in which the texts came, all else in that of the rows.
"""

import math

import numpy as np

from rnndash.kernels.arithmetic import add_all, add_multiple, copy_all, divide_all
from rnndash.kernels.loop import Doubles, Floats, Whole, loop


@loop
def answer(
    outputs: Floats,
    ends: Whole,
    order: Whole,
    is_mean: int,
    w: Floats,
    b: Floats,
    state: Floats,
    logits: Floats,
) -> None:
    """Fill `state`, `(B, D*H)`, and `logits`, `(B, C)`.

    Args:
        outputs: `(D, T, B, H)`, the states of the top layer.
        ends: `(B,)`, the last time step of each row.
        is_mean: whether the answer comes from the mean over all time steps; else from the state of
            each direction at the end of its own way.
        w: `(C, D*H)`; `b` is `(C,)`.
    """
    directions, steps, batch, size = outputs.shape
    for n in range(batch):
        for d in range(directions):
            part = state[n, d * size : (d + 1) * size]
            if is_mean:
                copy_all(part, outputs[d, 0, n])
                for t in range(1, steps):
                    add_all(part, outputs[d, t, n])
                divide_all(part, np.float32(steps))
            else:
                copy_all(part, outputs[d, ends[n] if d == 0 else 0, n])
        for c in range(len(b)):
            total = b[c]
            for j in range(directions * size):
                total += state[n, j] * w[c, j]
            logits[order[n], c] = total


@loop
def cross_entropy(logits: Floats, labels: Whole, d_logits: Floats, told: Doubles) -> None:
    """Fill `d_logits`, `(B, C)`, and `told`: the mean loss in nats, and how many are right."""
    batch, classes = logits.shape
    loss, right = 0.0, 0
    for n in range(batch):
        best = 0
        for c in range(classes):
            if logits[n, c] > logits[n, best]:
                best = c
        largest, total = np.float64(logits[n, best]), 0.0
        for c in range(classes):
            total += math.exp(np.float64(logits[n, c]) - largest)
        for c in range(classes):
            share = math.exp(np.float64(logits[n, c]) - largest) / total
            d_logits[n, c] = (share - (c == labels[n])) / batch
        loss += math.log(total) + largest - logits[n, labels[n]]
        right += best == labels[n]
    told[0], told[1] = loss / batch, right


@loop
def back(
    d_logits: Floats,
    state: Floats,
    ends: Whole,
    order: Whole,
    is_mean: int,
    w: Floats,
    d_outputs: Floats,
    d_w: Floats,
    d_b: Floats,
) -> None:
    """Fill the gradients of what `answer` read; `d_outputs`, `d_w` and `d_b` come as zeros."""
    directions, steps, batch, size = d_outputs.shape
    for n in range(batch):
        for c in range(len(d_b)):
            g = d_logits[order[n], c]
            d_b[c] += g
            add_multiple(d_w[c], state[n], g)
            for d in range(directions):
                of_w = w[c, d * size : (d + 1) * size]
                add_multiple(d_outputs[d, ends[n] if d == 0 else 0, n], of_w, g)
    if is_mean:  # the end of a row stands for all of it so far
        for d in range(directions):
            for n in range(batch):
                end = ends[n] if d == 0 else 0
                divide_all(d_outputs[d, end, n], np.float32(steps))
                for t in range(steps):
                    if t != end:
                        copy_all(d_outputs[d, t, n], d_outputs[d, end, n])
