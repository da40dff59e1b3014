"""Adam for the rows of an embedding, of which a minibatch needs a few."""

import math

import numpy as np

from rnndash.kernels.arithmetic import copy_all
from rnndash.kernels.loop import Doubles, Floats, Whole, loop

EARLY = 100
"""Steps that are taken one by one: in the first ones the corrections change too fast to leap."""
_NOTHING = 1e-30
"""What is left of a number when it no longer counts."""
_SPREAD = 1e-12


@loop
def _move(p: Floats, m: Floats, v: Floats, constants: Floats, rate: float, root: float) -> None:
    """One step of Adam without a gradient."""
    b1, b2, epsilon = constants[0], constants[1], constants[4]
    rate4, root4 = np.float32(rate), np.float32(root)
    for j in range(len(p)):
        m[j] *= b1
        v[j] *= b2
        p[j] -= rate4 * m[j] / (math.sqrt(v[j]) * root4 + epsilon)


@loop
def _leap(
    p: Floats, m: Floats, v: Floats, epsilon: float, at: Doubles, then: Doubles, over: Doubles
) -> None:
    """Many steps without a gradient at once; see `rnndash.compiled.adam_schedule`.

    A square that is infinite, after a gradient above 1e20, makes the number none.

    Args:
        at: the row of the schedule for the step that was taken last.
        then: for the last one to take.
        over: for the number of steps.
    """
    fade1, fade2 = over[6], over[7]
    slower = still = 0.0  # what is left of the moments after the last step
    if fade1 > _NOTHING:
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
    if not variance > _SPREAD * mean * mean:  # the two nodes are one
        skew, half, share = 0.0, 0.0, 0.5
    w0, w1 = np.float32(sum0 * share), np.float32(sum0 * (1 - share))
    e0 = np.float32(epsilon * (mean + skew - half))
    e1 = np.float32(epsilon * (mean + skew + half))
    f1 = np.float32(fade1 if fade1 > _NOTHING else 0.0)
    f2 = np.float32(fade2 if fade2 > _NOTHING else 0.0)
    for j in range(len(p)):
        root = math.sqrt(v[j])
        low, high = root + e0, root + e1
        p[j] -= m[j] * (w0 * high + w1 * low) / (low * high)
        m[j] *= f1
        v[j] *= f2


@loop
def _advance(
    t: int, until: int, p: Floats, m: Floats, v: Floats, constants: Floats, schedule: Doubles
) -> None:
    """One row from step `t` to step `until`. One that never had a gradient stays where it is."""
    if t == 0:
        return
    last = len(schedule) - 1
    while t < until and (t < EARLY or t == until - 1):
        t += 1
        at = schedule[min(t, last)]
        _move(p, m, v, constants, at[0], at[1])
    if t < until:
        at, then = schedule[min(t, last)], schedule[min(until, last)]
        _leap(p, m, v, constants[4], at, then, schedule[min(until - t, last)])


@loop
def catch_up(
    rows: Whole,
    until: int,
    p: Floats,
    m: Floats,
    v: Floats,
    done: Whole,
    constants: Floats,
    schedule: Doubles,
) -> None:
    """Take the steps without a gradient that `rows` have missed, up to the one numbered `until`.

    Args:
        p: `(V, E)`, parameters; `m` their means, `v` their squares.
        done: `(V,)`, the number of the last step that each row has taken.
        constants: b1, b2, 1 - b1, 1 - b2 and epsilon.
        schedule: `(N, 8)`, from `rnndash.compiled.adam_schedule`.
    """
    for row in rows:
        if done[row] < until:
            _advance(done[row], until, p[row], m[row], v[row], constants, schedule)
            done[row] = until


@loop
def gather(
    rows: Whole,
    until: int,
    p: Floats,
    m: Floats,
    v: Floats,
    done: Whole,
    constants: Floats,
    schedule: Doubles,
    gathered: Floats,
) -> None:
    """Let `rows` catch up, and copy their parameters to `gathered`, `(U, E)`."""
    for n in range(len(rows)):
        row = rows[n]
        if done[row] < until:
            _advance(done[row], until, p[row], m[row], v[row], constants, schedule)
            done[row] = until
        copy_all(gathered[n], p[row])


@loop
def look(
    rows: Whole,
    until: int,
    p: Floats,
    m: Floats,
    v: Floats,
    done: Whole,
    constants: Floats,
    schedule: Doubles,
    spare: Floats,
    seen: Floats,
) -> None:
    """Fill `seen`, `(U, E)`, with the parameters of `rows` as of step `until`. Changes no row.

    Args:
        spare: `(2, E)`, to work with.
    """
    for n in range(len(rows)):
        row = rows[n]
        copy_all(seen[n], p[row])
        if done[row] < until:
            copy_all(spare[0], m[row])
            copy_all(spare[1], v[row])
            _advance(done[row], until, seen[n], spare[0], spare[1], constants, schedule)


@loop
def _learn(
    p: Floats, m: Floats, v: Floats, g: Floats, constants: Floats, rate: float, root: float
) -> None:
    b2, rest1, rest2, epsilon = constants[1], constants[2], constants[3], constants[4]
    rate4, root4 = np.float32(rate), np.float32(root)
    for j in range(len(p)):
        m[j] += rest1 * (g[j] - m[j])
        v[j] = b2 * v[j] + rest2 * g[j] * g[j]
        p[j] -= rate4 * m[j] / (math.sqrt(v[j]) * root4 + epsilon)


@loop
def update(
    rows: Whole,
    gradients: Floats,
    step: int,
    p: Floats,
    m: Floats,
    v: Floats,
    done: Whole,
    constants: Floats,
    schedule: Doubles,
) -> None:
    """Take step number `step` with the `(U, E)` gradients of `rows`, after those they missed."""
    at = schedule[min(step, len(schedule) - 1)]
    for n in range(len(rows)):
        row = rows[n]
        if done[row] < step - 1:
            _advance(done[row], step - 1, p[row], m[row], v[row], constants, schedule)
        _learn(p[row], m[row], v[row], gradients[n], constants, at[0], at[1])
        done[row] = step
