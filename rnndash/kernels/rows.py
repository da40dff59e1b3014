"""The rows of an embedding, of which a minibatch needs a few: their numbers, and Adam for them."""

import math

import numpy as np

from rnndash.kernels.loop import Floats, Whole, loop

_LEAST = 1e-7
"""Share of the learning rate below which a step without a gradient no longer counts."""
_LEAST_SQUARE = 1e-30
"""Its root no longer counts beside Adam's epsilon, 1e-8."""
_ALIGNED = 64
"""Steps between two looks for such squares."""


@loop
def number_words(
    tokens: Whole, sizes: Whole, places: Whole, index: Whole, words: Whole, count: Whole
) -> None:
    """Number the different words of a batch in the order in which they appear.

    Args:
        tokens: `(B, T)`.
        sizes: `(T,)`, how many rows, from the first, have a word at each step.
        places: `(V,)` of -1 for each word of the vocabulary; left as it came.
        index: `(T, B)`, filled with each word's number.
        words: `(B*T,)`, its beginning filled with the words.
        count: `(1,)`, filled with how many there are.
    """
    found = 0
    for t in range(tokens.shape[1]):
        for n in range(sizes[t]):
            word = tokens[n, t]
            if places[word] < 0:
                places[word] = found
                words[found] = word
                found += 1
            index[t, n] = places[word]
    for number in range(found):
        places[words[number]] = -1
    count[0] = found


@loop
def _move(p: Floats, m: Floats, v: Floats, constants: Floats, rate: float, root: float) -> None:
    """One step of Adam without a gradient; what no longer counts of the mean is dropped."""
    b1, b2, epsilon, least = constants[0], constants[1], constants[4], np.float32(_LEAST)
    for j in range(len(p)):
        m_j, v_j = b1 * m[j], b2 * v[j]
        change = m_j / (math.sqrt(v_j) * root + epsilon)
        p[j] -= rate * change
        m[j] = np.float32(0) if abs(change) <= least else m_j
        v[j] = v_j


@loop
def _fade(v: Floats, b2: float, times: int) -> None:
    """Multiply with `b2` again and again, rounding each time."""
    for _ in range(times // 8):
        for j in range(len(v)):
            v_j = v[j] * b2 * b2 * b2 * b2
            v[j] = v_j * b2 * b2 * b2 * b2
    for _ in range(times % 8):
        for j in range(len(v)):
            v[j] *= b2


@loop
def _drop_least(v: Floats) -> None:
    for j in range(len(v)):
        v[j] = np.float32(0) if v[j] < np.float32(_LEAST_SQUARE) else v[j]


@loop
def _is_nothing(row: Floats) -> bool:
    for j in range(len(row)):  # noqa: SIM110
        if row[j] != 0:
            return False
    return True


@loop
def catch_up(
    rows: Whole,
    until: int,
    is_all: int,
    p: Floats,
    m: Floats,
    v: Floats,
    done: Whole,
    constants: Floats,
    rates: Floats,
    roots: Floats,
) -> None:
    """Take the steps without a gradient that `rows` have missed, up to the one numbered `until`.

    Each step is taken in turn and depends on nothing but the numbers before it: whoever catches up
    in pieces gets the same, bit for bit. A mean fades by a tenth a step, and is dropped when it
    moves its parameter by less than a ten-millionth of the learning rate: about 160 steps after
    the last gradient, leaving out a millionth of the learning rate in all. After that only the
    squares fade, until they no longer count beside epsilon. That moves no parameter: who only wants
    these leaves it for later.

    Rows that are as far already are left alone: another thread may be at work on them.

    Args:
        is_all: whether means and squares are to catch up too, besides the parameters.
        p: `(V, E)`, parameters; `m` their means, `v` their squares.
        done: `(V,)`, the number of the last step that each row has taken.
        constants: b1, b2, 1 - b1, 1 - b2 and epsilon.
        rates: at each step's number, the learning rate over the correction of the mean.
        roots: at each step's number, the inverse root of the correction of the square.
    """
    for row in rows:
        t = done[row]
        if t >= until:  # not even `done` is written: another thread may be about to
            continue
        while t < until:
            stop = min(until, t - t % _ALIGNED + _ALIGNED)
            while t < stop and not _is_nothing(m[row]):
                for _ in range(min(8, stop - t)):
                    t += 1
                    _move(p[row], m[row], v[row], constants, rates[t], roots[t])
            if t < stop and not is_all:
                break
            _fade(v[row], constants[1], stop - t)
            t = stop
            if t % _ALIGNED == 0:
                _drop_least(v[row])
                if _is_nothing(m[row]) and _is_nothing(v[row]):
                    t = until
        done[row] = t


@loop
def _learn(
    p: Floats, m: Floats, v: Floats, g: Floats, constants: Floats, rate: float, root: float
) -> None:
    b2, rest1, rest2, epsilon = constants[1], constants[2], constants[3], constants[4]
    for j in range(len(p)):
        m[j] += rest1 * (g[j] - m[j])
        v[j] = b2 * v[j] + rest2 * g[j] * g[j]
        p[j] -= rate * m[j] / (math.sqrt(v[j]) * root + epsilon)


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
    rates: Floats,
    roots: Floats,
) -> None:
    """Take step number `step` with the `(U, E)` gradients of `rows`, which have caught up."""
    for n in range(len(rows)):
        row = rows[n]
        done[row] = step
        _learn(p[row], m[row], v[row], gradients[n], constants, rates[step], roots[step])
