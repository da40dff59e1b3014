"""Exact lazy Adam for the rows of an embedding, of which a minibatch needs a few.

Dense Adam moves every row at every step, by the mean of its earlier gradients. Here the steps in
which a row has no gradient are applied when the row is next read or updated: one by one in the
first steps of a run, and later in closed form.

Arguments that the kernels share:

    rows        (U,)     int64, the numbers of rows, all different
    parameters  (V, E)   `means` and `squares` are Adam's moving averages of their gradients
    last_steps  (V,)     int64, the number of the last step that was applied to each row
    constants   (5,)     b1, b2, 1 - b1, 1 - b2, epsilon
    schedule    (N, 8)   from `rnndash.compiled.adam_schedule`
"""

import math

import numpy as np

from rnndash.kernels.arithmetic import copy_all
from rnndash.kernels.arrays import (
    Float32Matrix,
    Float32Vector,
    Float64Matrix,
    Float64Vector,
    Int64Vector,
)
from rnndash.kernels.kernel import kernel

FIRST_CLOSED_FORM = 100
"""The step after which the closed form is used: before, the bias corrections change too fast."""
_NEGLIGIBLE = 1e-30
"""A decay factor that is as good as zero."""
_EQUAL_NODES = 1e-12
"""A relative variance below which the two nodes of the quadrature are one."""


def _zero_gradient_step(
    p: Float32Vector,
    m: Float32Vector,
    v: Float32Vector,
    constants: Float32Vector,
    rate: float,
    root: float,
) -> None:
    """One step of Adam with a gradient of zero."""
    b1, b2, epsilon = constants[0], constants[1], constants[4]
    rate4, root4 = np.float32(rate), np.float32(root)
    for j in range(len(p)):
        m[j] *= b1
        v[j] *= b2
        p[j] -= rate4 * m[j] / (math.sqrt(v[j]) * root4 + epsilon)


def _zero_gradient_steps(
    p: Float32Vector,
    m: Float32Vector,
    v: Float32Vector,
    epsilon: float,
    at: Float64Vector,
    then: Float64Vector,
    over: Float64Vector,
) -> None:
    """The closed form of K steps of Adam with gradients of zero.

    `rnndash.compiled.adam_schedule` derives it. A square that is infinite, after a gradient above
    1e20, makes the parameter not a number.

    Args:
        at: the row of the schedule for the step that was applied last.
        then: for the last step to apply.
        over: for K.
    """
    fade1, fade2 = over[6], over[7]
    slower = still = 0.0  # what is left of the moments after the last step
    if fade1 > _NEGLIGIBLE:
        slower = 1 / math.sqrt(fade2)
        still = fade1 * slower
    sum0 = at[2] - still * then[2]
    sum1 = at[3] - still * slower * then[3]
    sum2 = at[4] - still * slower * slower * then[4]
    sum3 = at[5] - still * slower * slower * slower * then[5]
    mean, square, cube = sum1 / sum0, sum2 / sum0, sum3 / sum0
    variance = square - mean * mean
    skew = (cube - 3 * mean * variance - mean * mean * mean) / (2 * variance)
    half = math.sqrt(skew * skew + variance)
    share = (half + skew) / (2 * half)
    if not variance > _EQUAL_NODES * mean * mean:
        skew, half, share = 0.0, 0.0, 0.5
    w0, w1 = np.float32(sum0 * share), np.float32(sum0 * (1 - share))
    e0 = np.float32(epsilon * (mean + skew - half))
    e1 = np.float32(epsilon * (mean + skew + half))
    f1 = np.float32(fade1 if fade1 > _NEGLIGIBLE else 0.0)
    f2 = np.float32(fade2 if fade2 > _NEGLIGIBLE else 0.0)
    for j in range(len(p)):
        root = math.sqrt(v[j])
        low, high = root + e0, root + e1
        p[j] -= m[j] * (w0 * high + w1 * low) / (low * high)
        m[j] *= f1
        v[j] *= f2


def _advance(
    step: int,
    until: int,
    p: Float32Vector,
    m: Float32Vector,
    v: Float32Vector,
    constants: Float32Vector,
    schedule: Float64Matrix,
) -> None:
    """Bring one row from step `step` to step `until`; one without any gradient yet stays."""
    if step == 0:
        return
    last = len(schedule) - 1
    while step < until and (step < FIRST_CLOSED_FORM or step == until - 1):
        step += 1
        at = schedule[min(step, last)]
        _zero_gradient_step(p, m, v, constants, at[0], at[1])
    if step < until:
        at, then = schedule[min(step, last)], schedule[min(until, last)]
        over = schedule[min(until - step, last)]
        _zero_gradient_steps(p, m, v, constants[4], at, then, over)


@kernel
def apply_missed_steps(
    rows: Int64Vector,
    until: int,
    parameters: Float32Matrix,
    means: Float32Matrix,
    squares: Float32Matrix,
    last_steps: Int64Vector,
    constants: Float32Vector,
    schedule: Float64Matrix,
) -> None:
    """Bring `rows` up to date: apply the steps that they missed, up to step `until`."""
    for n in range(len(rows)):
        row = rows[n]
        if last_steps[row] < until:
            p, m, v = parameters[row], means[row], squares[row]
            _advance(last_steps[row], until, p, m, v, constants, schedule)
            last_steps[row] = until


@kernel
def gather(
    rows: Int64Vector,
    until: int,
    parameters: Float32Matrix,
    means: Float32Matrix,
    squares: Float32Matrix,
    last_steps: Int64Vector,
    constants: Float32Vector,
    schedule: Float64Matrix,
    gathered: Float32Matrix,
) -> None:
    """Bring `rows` up to date, and copy their parameters to `gathered`, `(U, E)`."""
    for n in range(len(rows)):
        row = rows[n]
        if last_steps[row] < until:
            p, m, v = parameters[row], means[row], squares[row]
            _advance(last_steps[row], until, p, m, v, constants, schedule)
            last_steps[row] = until
        copy_all(gathered[n], parameters[row])


@kernel
def peek(
    rows: Int64Vector,
    until: int,
    parameters: Float32Matrix,
    means: Float32Matrix,
    squares: Float32Matrix,
    last_steps: Int64Vector,
    constants: Float32Vector,
    schedule: Float64Matrix,
    workspace: Float32Matrix,
    gathered: Float32Matrix,
) -> None:
    """Fill `gathered`, `(U, E)`, with the parameters of `rows` at step `until`; change no row.

    Args:
        workspace: `(2, E)`.
    """
    for n in range(len(rows)):
        row = rows[n]
        copy_all(gathered[n], parameters[row])
        if last_steps[row] < until:
            m, v = workspace[0], workspace[1]
            copy_all(m, means[row])
            copy_all(v, squares[row])
            _advance(last_steps[row], until, gathered[n], m, v, constants, schedule)


def _adam_step(
    p: Float32Vector,
    m: Float32Vector,
    v: Float32Vector,
    g: Float32Vector,
    constants: Float32Vector,
    rate: float,
    root: float,
) -> None:
    """One step of Adam with the gradient `g`."""
    b2, rest1, rest2, epsilon = constants[1], constants[2], constants[3], constants[4]
    rate4, root4 = np.float32(rate), np.float32(root)
    for j in range(len(p)):
        m[j] += rest1 * (g[j] - m[j])
        v[j] = b2 * v[j] + rest2 * g[j] * g[j]
        p[j] -= rate4 * m[j] / (math.sqrt(v[j]) * root4 + epsilon)


@kernel
def step(
    rows: Int64Vector,
    until: int,
    parameters: Float32Matrix,
    means: Float32Matrix,
    squares: Float32Matrix,
    last_steps: Int64Vector,
    constants: Float32Vector,
    schedule: Float64Matrix,
    gradients: Float32Matrix,
) -> None:
    """Apply step `until` with the gradients `(U, E)` of `rows`, after the steps they missed."""
    at = schedule[min(until, len(schedule) - 1)]
    for n in range(len(rows)):
        row = rows[n]
        p, m, v = parameters[row], means[row], squares[row]
        if last_steps[row] < until - 1:
            _advance(last_steps[row], until - 1, p, m, v, constants, schedule)
        _adam_step(p, m, v, gradients[n], constants, at[0], at[1])
        last_steps[row] = until
