"""The recurrent networks of `rnndash.models` step by step, with their gradients written out.

In PyTorch, each of the many small products of a recurrent network costs more to ask for than to
compute. A pair of functions does all steps of one direction of one layer. They share their
arguments, C-contiguous arrays of float32 or int64:

    x       (U, G*H)     what the input adds to every gate, once for each different word
    index   (T, B)       the row of x that a text reads at each time step
    sizes   (T,)         how many texts, from the first, still have a word at each step
    w       (H, G*H)     the state's weights; backward as PyTorch keeps them: w_hh (G*H, H)
    b       (G*H,)       the state's biases
    out     (T, B, H)    filled with the states; comes as zeros
    gates   (T, B, G*H)  filled with the activated gates
    extra   (T, B, X*H)  filled with what the cell needs besides: X is 3 (GRU), 1 (LSTM) or 0
    d_out   (T, B, H)    gradients of the states
    d_gates (T, B, G*H)  filled with what the state's weights take their gradients from; zeros
    d_x     (U, G*H)     filled with the gradients of x; comes as zeros
    spare   (3, B, H)    zeros to work with; the first third stays as it is

Letters: B texts, T time steps, H hidden units, G gates and candidates, U different words.
"""

import numpy as np

from rnndash.kernels.arithmetic import (
    add_all,
    add_product,
    copy_all,
    multiply_all,
    sigmoid_all,
    tanh,
    tanh_all,
)
from rnndash.kernels.loop import Floats, Whole, loop


@loop
def _way(steps: int, is_backward: int, s: int) -> tuple[int, int]:
    """The time step that comes as number `s`, and the one that came before it."""
    return (steps - 1 - s, steps - s) if is_backward else (s, s - 1)


@loop
def elman_forward(
    x: Floats,
    index: Whole,
    sizes: Whole,
    w: Floats,
    b: Floats,
    is_backward: int,
    out: Floats,
    gates: Floats,  # noqa: ARG001
    extra: Floats,  # noqa: ARG001
    spare: Floats,  # noqa: ARG001
) -> None:
    """States of the simple recurrent network; it has nothing else to keep."""
    steps = index.shape[0]
    for s in range(steps):
        t, before = _way(steps, is_backward, s)
        rows = sizes[t]
        for n in range(rows):
            copy_all(out[t, n], b)
            add_all(out[t, n], x[index[t, n]])
        if s > 0:
            add_product(out[before], w, out[t], rows)
        for n in range(rows):
            tanh_all(out[t, n])


@loop
def _elman_back(dh: Floats, h: Floats, dg: Floats) -> None:
    for j in range(len(dh)):
        dg[j] = dh[j] * (np.float32(1) - h[j] * h[j])


@loop
def elman_backward(
    index: Whole,
    sizes: Whole,
    w_hh: Floats,
    is_backward: int,
    out: Floats,
    gates: Floats,  # noqa: ARG001
    extra: Floats,  # noqa: ARG001
    d_out: Floats,
    d_gates: Floats,
    d_x: Floats,
    spare: Floats,
) -> None:
    """Gradients of the simple recurrent network."""
    steps, dh = out.shape[0], spare[1]
    for s in range(steps - 1, -1, -1):
        t, _ = _way(steps, is_backward, s)
        rows = sizes[t]
        for n in range(rows):
            add_all(dh[n], d_out[t, n])
            _elman_back(dh[n], out[t, n], d_gates[t, n])
            add_all(d_x[index[t, n]], d_gates[t, n])
        dh[:rows] = 0
        add_product(d_gates[t], w_hh, dh, rows)


@loop
def _lstm_cell(gates: Floats, before: Floats, c: Floats, h: Floats) -> None:
    """From the activated gates i, f, g, o and the cell state before to both states."""
    size = len(c)
    i, f, g, o = gates[:size], gates[size : 2 * size], gates[2 * size : 3 * size], gates[3 * size :]
    for j in range(size):
        c[j] = f[j] * before[j] + i[j] * g[j]
    for j in range(size):
        h[j] = o[j] * tanh(c[j])


@loop
def lstm_forward(
    x: Floats,
    index: Whole,
    sizes: Whole,
    w: Floats,
    b: Floats,
    is_backward: int,
    out: Floats,
    gates: Floats,
    extra: Floats,
    spare: Floats,
) -> None:
    """States of the LSTM; `gates` keeps i, f, g and o, `extra` the cell states."""
    steps, _, size = out.shape
    nothing = spare[0]
    for s in range(steps):
        t, before = _way(steps, is_backward, s)
        rows = sizes[t]
        c_before = extra[before] if s > 0 else nothing
        for n in range(rows):
            copy_all(gates[t, n], b)
            add_all(gates[t, n], x[index[t, n]])
        if s > 0:
            add_product(out[before], w, gates[t], rows)
        for n in range(rows):
            row = gates[t, n]
            sigmoid_all(row[: 2 * size])
            tanh_all(row[2 * size : 3 * size])
            sigmoid_all(row[3 * size :])
            _lstm_cell(row, c_before[n], extra[t, n], out[t, n])


@loop
def _lstm_back(
    gates: Floats, before: Floats, c: Floats, dh: Floats, dc: Floats, dg: Floats
) -> None:
    """From the gradients of both states to those of the gates and of the cell state before."""
    one, size = np.float32(1), len(c)
    i, f, g, o = gates[:size], gates[size : 2 * size], gates[2 * size : 3 * size], gates[3 * size :]
    d_i, d_f, d_g, d_o = dg[:size], dg[size : 2 * size], dg[2 * size : 3 * size], dg[3 * size :]
    for j in range(size):
        tanh_c = tanh(c[j])
        d_o[j] = dh[j] * tanh_c * o[j] * (one - o[j])
        dc[j] += dh[j] * o[j] * (one - tanh_c * tanh_c)
    for j in range(size):
        d_i[j] = dc[j] * g[j] * i[j] * (one - i[j])
    for j in range(size):
        d_g[j] = dc[j] * i[j] * (one - g[j] * g[j])
    for j in range(size):
        d_f[j] = dc[j] * before[j] * f[j] * (one - f[j])
        dc[j] *= f[j]


@loop
def lstm_backward(
    index: Whole,
    sizes: Whole,
    w_hh: Floats,
    is_backward: int,
    out: Floats,
    gates: Floats,
    extra: Floats,
    d_out: Floats,
    d_gates: Floats,
    d_x: Floats,
    spare: Floats,
) -> None:
    """Gradients of the LSTM."""
    steps = out.shape[0]
    nothing, dh, dc = spare[0], spare[1], spare[2]
    for s in range(steps - 1, -1, -1):
        t, before = _way(steps, is_backward, s)
        rows = sizes[t]
        c_before = extra[before] if s > 0 else nothing
        for n in range(rows):
            add_all(dh[n], d_out[t, n])
            _lstm_back(gates[t, n], c_before[n], extra[t, n], dh[n], dc[n], d_gates[t, n])
            add_all(d_x[index[t, n]], d_gates[t, n])
        dh[:rows] = 0
        add_product(d_gates[t], w_hh, dh, rows)


@loop
def _gru_cell(gates: Floats, from_state: Floats, before: Floats, h: Floats) -> None:
    """From r and z, activated, and the input's part of n to n and the state."""
    one, size = np.float32(1), len(h)
    r, z, n = gates[:size], gates[size : 2 * size], gates[2 * size :]
    for j in range(size):
        n[j] = tanh(n[j] + r[j] * from_state[j])
    for j in range(size):
        h[j] = (one - z[j]) * n[j] + z[j] * before[j]


@loop
def gru_forward(
    x: Floats,
    index: Whole,
    sizes: Whole,
    w: Floats,
    b: Floats,
    is_backward: int,
    out: Floats,
    gates: Floats,
    extra: Floats,
    spare: Floats,
) -> None:
    """States of the GRU; `gates` keeps r, z and n, `extra` what the state adds to them."""
    steps, _, size = out.shape
    nothing = spare[0]
    for s in range(steps):
        t, before = _way(steps, is_backward, s)
        rows = sizes[t]
        h_before = out[before] if s > 0 else nothing
        for n in range(rows):
            copy_all(extra[t, n], b)
        if s > 0:
            add_product(h_before, w, extra[t], rows)
        for n in range(rows):
            row = gates[t, n]
            copy_all(row, x[index[t, n]])
            add_all(row[: 2 * size], extra[t, n])
            sigmoid_all(row[: 2 * size])
            _gru_cell(row, extra[t, n, 2 * size :], h_before[n], out[t, n])


@loop
def _gru_back(gates: Floats, from_state: Floats, before: Floats, dh: Floats, dg: Floats) -> None:
    """From the gradient of the state to those of r, z and n; `dh` keeps the way past the gates."""
    one, size = np.float32(1), len(dh)
    r, z, n = gates[:size], gates[size : 2 * size], gates[2 * size :]
    d_r, d_z, d_n = dg[:size], dg[size : 2 * size], dg[2 * size :]
    for j in range(size):
        d_n[j] = dh[j] * (one - z[j]) * (one - n[j] * n[j])
    for j in range(size):
        d_z[j] = dh[j] * (before[j] - n[j]) * z[j] * (one - z[j])
        dh[j] *= z[j]
    for j in range(size):
        d_r[j] = d_n[j] * from_state[j] * r[j] * (one - r[j])


@loop
def gru_backward(
    index: Whole,
    sizes: Whole,
    w_hh: Floats,
    is_backward: int,
    out: Floats,
    gates: Floats,
    extra: Floats,
    d_out: Floats,
    d_gates: Floats,
    d_x: Floats,
    spare: Floats,
) -> None:
    """Gradients of the GRU. Those of n are the state's in `d_gates` and the input's in `d_x`."""
    steps, _, size = out.shape
    nothing, dh = spare[0], spare[1]
    for s in range(steps - 1, -1, -1):
        t, before = _way(steps, is_backward, s)
        rows = sizes[t]
        h_before = out[before] if s > 0 else nothing
        for n in range(rows):
            add_all(dh[n], d_out[t, n])
            row = d_gates[t, n]
            _gru_back(gates[t, n], extra[t, n, 2 * size :], h_before[n], dh[n], row)
            add_all(d_x[index[t, n]], row)
            multiply_all(row[2 * size :], gates[t, n])
        add_product(d_gates[t], w_hh, dh, rows)
