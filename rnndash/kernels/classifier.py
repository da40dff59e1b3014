"""The last layer, its loss and its gradients.

Small sums over small arrays: in PyTorch each of some twenty operations takes longer to dispatch
than to compute.

Letters: B texts, T time steps, D directions, H hidden units, C classes. `order` holds the number of
the text in each row, since packed texts are read longest first. Logits and their gradients are in
the order of the texts, everything else is in the order of the rows.
"""

import math

import numpy as np

from rnndash.kernels.arithmetic import add_all, add_multiple, copy_all, divide_all
from rnndash.kernels.arrays import (
    Float32Array4D,
    Float32Matrix,
    Float32Vector,
    Float64Vector,
    Int64Vector,
)
from rnndash.kernels.kernel import kernel


@kernel
def forward(
    states: Float32Array4D,
    last_steps: Int64Vector,
    order: Int64Vector,
    is_mean: bool,
    weight: Float32Matrix,
    bias: Float32Vector,
    state: Float32Matrix,
    logits: Float32Matrix,
) -> None:
    """Fill `state`, `(B, D*H)`, and `logits`, `(B, C)`.

    Args:
        states: `(D, T, B, H)`, those of the top layer.
        last_steps: `(B,)`, the last time step of each row.
        is_mean: whether the classifier reads the mean over all time steps; else it reads the final
            state of each direction.
        weight: `(C, D*H)`; `bias` is `(C,)`.
    """
    directions, steps, batch, size = states.shape
    for n in range(batch):
        for d in range(directions):
            part = state[n, d * size : (d + 1) * size]
            if is_mean:
                copy_all(part, states[d, 0, n])
                for t in range(1, steps):
                    add_all(part, states[d, t, n])
                divide_all(part, np.float32(steps))
            else:
                copy_all(part, states[d, last_steps[n] if d == 0 else 0, n])
        for c in range(len(bias)):
            total = bias[c]
            for j in range(directions * size):
                total += state[n, j] * weight[c, j]
            logits[order[n], c] = total


@kernel
def cross_entropy(
    logits: Float32Matrix,
    labels: Int64Vector,
    d_logits: Float32Matrix,
    loss_and_correct: Float64Vector,
) -> None:
    """Fill `d_logits`, `(B, C)`, with the gradients of the mean cross-entropy of a batch.

    Args:
        loss_and_correct: `(2,)`, filled with the loss in nats and the number of right answers.
    """
    batch, classes = logits.shape
    loss, correct = 0.0, 0
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
        correct += best == labels[n]
    loss_and_correct[0], loss_and_correct[1] = loss / batch, correct


@kernel
def backward(
    d_logits: Float32Matrix,
    state: Float32Matrix,
    last_steps: Int64Vector,
    order: Int64Vector,
    is_mean: bool,
    weight: Float32Matrix,
    d_states: Float32Array4D,
    d_weight: Float32Matrix,
    d_bias: Float32Vector,
) -> None:
    """Fill `d_states`, `d_weight` and `d_bias`, zeros before, with the gradients of `forward`."""
    directions, steps, batch, size = d_states.shape
    for n in range(batch):
        for c in range(len(d_bias)):
            g = d_logits[order[n], c]
            d_bias[c] += g
            add_multiple(d_weight[c], state[n], g)
            for d in range(directions):
                w = weight[c, d * size : (d + 1) * size]
                add_multiple(d_states[d, last_steps[n] if d == 0 else 0, n], w, g)
    if is_mean:  # up to here the last step of a row has the gradient of the sum over all steps
        for d in range(directions):
            for n in range(batch):
                end = last_steps[n] if d == 0 else 0
                divide_all(d_states[d, end, n], np.float32(steps))
                for t in range(steps):
                    if t != end:
                        copy_all(d_states[d, t, n], d_states[d, end, n])
